// SPDX-License-Identifier: Apache-2.0
#pragma once
// The groups of a new account. Groups are known by name; membership is power, so a store's word is not enough for
// groups that rule the computer or are some other account's own. Part of account_mapping.cpp's work. One thread.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flow/load/internal/account_mapping.h"

namespace rehome::load {

struct IdLimits {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// `wanted` where it lies in the limits and is free, else the first free one. Throws Error(limit_exceeded) for none.
std::uint32_t free_id(std::uint32_t wanted, IdLimits limits, const std::set<std::uint32_t>& used,
                      const std::string& kind);

class GroupChooser {
 public:
  /// Adds the groups it plans to `mapping`.
  GroupChooser(const CaptureInfo& info, const AccountLimits& limits, const LoadOptions& options, Findings& findings,
               AccountMapping& mapping)
      : info_(info), limits_(limits), options_(options), findings_(findings), mapping_(mapping) {}

  std::uint32_t primary_of(const RestoredAccount& account);
  std::vector<std::string> others_of(const RestoredAccount& account);

 private:
  bool may_join(const std::string& group, const RestoredAccount& account) const;
  const Group* find(const std::string& name) const;
  const Group& add(const std::string& name, std::uint32_t wanted_gid);
  const Group& own_group_of(const RestoredAccount& account);
  bool join(const std::string& name, const RestoredAccount& account);
  void warn_of_waiting_groups(const RestoredAccount& account);
  void report(FindingKind kind, const RestoredAccount& account, const std::string& message);

  const CaptureInfo& info_;
  const AccountLimits& limits_;
  const LoadOptions& options_;
  Findings& findings_;
  AccountMapping& mapping_;
};

}  // namespace rehome::load
