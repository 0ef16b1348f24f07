// SPDX-License-Identifier: Apache-2.0
#pragma once
// The deletion cycle of a migration point: what is due goes from disk, the row stays with its date. It takes each store
// in two transactions around the removal, so it can stop anywhere and the next cycle goes on. C-L6…C-L8, C-L11, S32,
// S33.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "site/left_over.h"
#include "site/site.h"

namespace rehome::site {

struct SkippedStore {
  std::string store = {};
  std::string reason = {};   // may be shown to everybody who may see the site
  std::string failure = {};  // for the log, where something failed: with paths
};

struct CycleReport {
  std::vector<std::string> due = {};       // stores whose delay is over
  std::vector<std::string> deleted = {};   // stores
  std::vector<std::string> removed = {};   // vaults, folder and key
  std::vector<SkippedStore> skipped = {};  // due, and why they stay for now
  std::vector<LeftOver> left_over = {};    // what stays for a time although no record needs it
  std::int64_t expired_leases = 0;
  /// No cycle ran for long: the site stood still, or its clock jumped ahead. A person has until the next cycle to put a
  /// clock right; nothing became due because of the time that passed.
  bool held_back = false;
  std::int64_t purged_associations = 0;
};

/// Now, whether its time has come or not; cycles.h keeps what it did. Error only where the database fails: a folder
/// that cannot be reached is a reason to skip.
CycleReport run_deletion_cycle(const Site& site, const std::string& point);

/// Goes on with what a cycle had begun when the site was stopped, of all points, whenever their cycles come: until then
/// the sources of these vaults could not capture. Nothing becomes due.
CycleReport finish_deletions(const Site& site);

/// Points whose deletion cycle is to run now.
std::vector<std::string> points_with_cycle_due(const Site& site);

}  // namespace rehome::site
