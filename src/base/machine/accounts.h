// SPDX-License-Identifier: Apache-2.0
#pragma once
// The user accounts and groups of one computer, and making new ones on a destination.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome {

enum class AccountKind {
  local,    // in the computer's own account files
  domain,   // known to the computer only through a directory service (NSS, Active Directory)
  service,  // below UID_MIN, above UID_MAX without a login shell, nobody, a Windows service: never migrated
};

struct IdRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool operator==(const IdRange&) const = default;
};

/// The number that stands for ids which mean nobody here (of NFS, of containers): never an account's or a group's.
constexpr std::uint32_t kNobody = 65534;

/// Of a password and its account, in days (shadow(5)); what is not set has no limit.
struct PasswordAging {
  std::optional<std::uint32_t> changed = std::nullopt;  // days since 1970; 0: at the next login it has to be
  std::optional<std::uint32_t> min = std::nullopt, max = std::nullopt, warn = std::nullopt, inactive = std::nullopt;
  std::optional<std::uint32_t> expires = std::nullopt;  // the account, in days since 1970
  bool operator==(const PasswordAging&) const = default;
};

struct Account {
  std::string name;  // Windows: "DOMAIN\\name" or "COMPUTER\\name"
  AccountKind kind = AccountKind::local;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;  // primary group
  std::string sid;        // Windows
  std::string comment;    // GECOS
  MachinePath home;       // as the account file says it
  std::string shell;
  bool locked = false;
  std::optional<std::string> password_hash;  // only where shadow could be read; handled as a secret
  std::optional<PasswordAging> aging;        // only where shadow could be read
  bool expired = false;                      // at the time of the question
  std::vector<std::string> groups;           // names, without the primary one, sorted
  std::vector<IdRange> subuids;
  std::vector<IdRange> subgids;
};

struct Group {
  std::string name;
  std::uint32_t gid = 0;
  std::vector<std::string> members;
  bool is_local = true;  // in the computer's own group file: a directory service says itself who is in its groups
};

/// A line of the files of subordinate ids. Its owner need not be an account of this computer.
struct SubordinateRange {
  std::string owner;  // a name or a uid in digits
  IdRange range;
};
struct SubordinateRanges {
  std::vector<SubordinateRange> uids;
  std::vector<SubordinateRange> gids;
};

/// Limits of /etc/login.defs.
struct AccountLimits {
  std::uint32_t uid_min = 1000, uid_max = 60000;
  std::uint32_t gid_min = 1000, gid_max = 60000;
};

/// Held by a restore for as long as it works.
class RestoreLock {
 public:
  virtual ~RestoreLock() = default;
};

/// Throws Error from every method that reads or writes. Not for use from several threads.
class Accounts {
 public:
  virtual ~Accounts() = default;
  /// Every account, in the order of the account file, domain accounts last.
  virtual std::vector<Account> list() = 0;
  virtual std::vector<Group> groups() = 0;
  virtual AccountLimits limits() = 0;
  /// All that are given to somebody, whoever that is. Unless overridden, those of list().
  virtual SubordinateRanges subordinate_ranges();

  /// Also what list() and groups() leave out: a large directory lists nobody, but knows whoever it is asked about. Ask
  /// before a name or number is given to a new account. Unless overridden, these look no further than the lists.
  virtual std::optional<Account> account_named(const std::string& name);
  virtual std::optional<Account> account_of(std::uint32_t uid);
  virtual std::optional<Group> group_named(const std::string& name);
  virtual std::optional<Group> group_of(std::uint32_t gid);

  /// Makes a local account exactly as given: uid, gid, home (path only: no folder is made, no skeleton copied), shell,
  /// comment, id ranges, memberships, aging (without one that of login.defs; `changed` counts for a password that comes
  /// along only); locked unless a password hash is given. The primary group must exist, and those
  /// of `groups` must be local ones. The account is there when it is complete, and else not at all: whoever is
  /// interrupted makes it again. Throws Error(already_exists) if name, uid or a range is taken, Error(not_found) for a
  /// missing group, Error(unsupported) on machines that are only read; nothing was changed then.
  virtual void create_account(const Account& account) = 0;
  virtual void create_group(const Group& group) = 0;

  /// Makes an account that is there, a domain account too, a member of local groups; of those it is in already nothing
  /// changes. It joins all of them or, where this throws, none. Throws Error(not_found) for a missing account or group,
  /// Error(unsupported) on machines that are only read.
  virtual void join_groups(const std::string& account, const std::vector<std::string>& groups) = 0;

  /// One restore at a time works on a computer: what it decides about accounts holds until it has made them. Keeps
  /// nobody else from changing accounts. Throws Error(busy) at once while another restore has it. Where nobody could
  /// make accounts, in an /etc that is missing or cannot be written, there is nothing to lock and nobody is kept out.
  virtual std::unique_ptr<RestoreLock> lock_for_restore() = 0;
};

}  // namespace rehome
