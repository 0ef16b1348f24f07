// SPDX-License-Identifier: Apache-2.0
#pragma once
// The groups of a restored account. Groups are known by name; membership is power, so a store's word is not enough for
// groups that rule the computer or are some other account's own. Part of account_mapping.cpp's work. One thread.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/id_ranges.h"

namespace rehome::load {

struct IdLimits {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// `wanted` where it lies in the limits and is not taken, else the first that is not. Throws Error(limit_exceeded) for
/// none.
std::uint32_t free_id(std::uint32_t wanted, IdLimits limits, const std::function<bool(std::uint32_t)>& is_taken,
                      const std::string& kind);

class GroupChooser {
 public:
  struct Parts {
    const CaptureInfo& info;
    Accounts& accounts;
    const AccountLimits& limits;
    const IdRangePool& subgids;
    const LoadOptions& options;
    Findings& findings;
    AccountMapping& mapping;
  };
  /// Adds the groups it plans to the mapping.
  explicit GroupChooser(const Parts& parts) : parts_(parts), mapping_(parts.mapping) {}

  /// Of an account that will be made.
  std::uint32_t primary_of(const RestoredAccount& account);
  std::vector<std::string> others_of(const RestoredAccount& account);
  /// Of one that is here: all it was in at the source, its primary one too, and is not in yet.
  std::vector<std::string> missing_of(const RestoredAccount& account);

 private:
  bool may_join(const std::string& group, const RestoredAccount& account) const;
  const Group* find(const std::string& name);
  const Group& add(const std::string& name, std::uint32_t wanted_gid);
  const Group& own_group_of(const RestoredAccount& account);
  bool join(const std::string& name, const RestoredAccount& account);
  bool is_in(const Account& account, const std::string& name) const;
  void warn_of_waiting_groups(const RestoredAccount& account);
  void report(FindingKind kind, const RestoredAccount& account, const std::string& message);

  Parts parts_;
  AccountMapping& mapping_;
};

}  // namespace rehome::load
