// SPDX-License-Identifier: Apache-2.0
#pragma once
// User and group ids of the source as ids of the destination. Immutable but for the findings: any thread may ask.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/id_ranges.h"

namespace rehome::load {

class IdMapping {
 public:
  IdMapping(const CaptureInfo& info, const AccountMapping& mapping, Findings& findings);

  /// The owner of an object of this account. An id that nobody here may stand for becomes the account's own.
  std::uint32_t owner(AccountNumber account, std::uint32_t uid) const;
  std::uint32_t group(AccountNumber account, std::uint32_t gid) const;
  /// What an account has itself; the system is root.
  std::uint32_t own_uid(AccountNumber account) const;
  std::uint32_t own_gid(AccountNumber account) const;
  /// Whether files of this account may belong to this uid of the destination although the store is not trusted: its own
  /// and those of other users, never root, a service or nobody. Anything in system locations that were allowed.
  bool may_own(AccountNumber account, std::uint32_t uid) const;
  /// The same of groups: also those that the account is in, to which it can give its files itself.
  bool may_have_group(AccountNumber account, std::uint32_t gid) const;
  /// Whether what runs or is made with this group, because a setgid bit says so, gets no power that is none of the
  /// account's.
  bool may_set_group(AccountNumber account, std::uint32_t gid) const;
  /// nullopt where the number is no id, or means somebody else here. An id that is nobody's stays as it is. Where
  /// several accounts of the source share a uid, it is this account's.
  std::optional<std::uint32_t> find_uid(AccountNumber account, std::uint32_t uid) const;
  std::optional<std::uint32_t> find_gid(std::uint32_t gid) const { return find(gids_, gid); }

 private:
  struct Table {
    std::string kind;  // "uid", "gid"
    std::map<std::uint32_t, std::uint32_t> known;
    std::vector<MovedRange> ranges;
    std::map<std::uint32_t, std::string> taken;  // at the destination, by whom
    std::vector<SubordinateRange> subordinate;   // at the destination
    std::map<std::uint32_t, std::string> names;  // at the source, as far as the store knows
  };

  void fill_uids(const CaptureInfo& info);
  void fill_services(const CaptureInfo& info);
  void fill_gids(const CaptureInfo& info);
  void fill_groups_of_accounts();
  std::optional<std::uint32_t> find(const Table& table, std::uint32_t id) const;
  /// "ann", "a subordinate id of ann", or empty.
  static std::string holder_of(const Table& table, std::uint32_t id);
  void say_unknown(const Table& table, std::uint32_t id, const std::string& holder) const;

  const AccountMapping& mapping_;
  Findings& findings_;
  bool source_has_ids_;
  Table uids_;
  Table gids_;
  std::map<AccountNumber, std::set<std::uint32_t>> gids_of_accounts_;
  std::set<std::uint32_t> privileged_gids_;
};

}  // namespace rehome::load
