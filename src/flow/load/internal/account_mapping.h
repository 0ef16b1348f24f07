// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which account of the destination gets the state of which account of the store. In: what the store says about its
// accounts and groups, the destination's account files, the options. Out: a plan, for account_maker.h;
// nothing is changed here. One thread.

#include <optional>
#include <string>
#include <vector>

#include "flow/load/internal/base_folder.h"
#include "flow/load/internal/findings.h"
#include "flow/load/load.h"

namespace rehome::load {

/// A home in the home of another restored account: reached from that one's open folder only, because its owner may give
/// any name on the way. Empty `rest`: they share it.
struct HomeInHome {
  AccountNumber holder = kSystemAccount;
  std::string rest;
};

struct RestoredAccount {
  AccountNumber number = kSystemAccount;
  Account source;
  MachinePath source_home;  // without links
  Account destination;      // as it is, or as it will be made
  BaseFolder home;          // of `destination`; what is decided about it and written in it goes through this handle
  std::optional<HomeInHome> home_within = std::nullopt;
  bool is_new = false;
  std::vector<std::string> joins;  // of its groups, those that an account which is here is not in yet
};

struct AccountMapping {
  std::vector<RestoredAccount> restored;  // a home comes before the homes that lay in it at the source
  std::vector<Group> new_groups;
  // All of the destination, new ones included.
  std::vector<Account> accounts;
  std::vector<Group> groups;
  AccountLimits limits;
  SubordinateRanges ranges;  // without those of accounts that are made

  const RestoredAccount* find(AccountNumber number) const;
};

/// Throws Error(refused) for an account that may not be restored to, Error(not_found) for one the store does not hold.
/// An account that cannot be restored without being mapped, or whose home cannot be had, is left out with a finding.
AccountMapping map_accounts(const CaptureInfo& info, Machine& destination, const LoadOptions& options,
                            Findings& findings);

}  // namespace rehome::load
