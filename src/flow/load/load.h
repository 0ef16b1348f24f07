// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage five: load. In: a captured state and a destination machine. Out: accounts, files and settings on the
// destination, and a finding for everything that landed elsewhere, otherwise or not at all. The destination decides:
// whatever the store says, nothing is written outside the homes of the restored accounts and what the options allow
// (docs/invariants.md, "Restore"). Called by programs, on one thread; works on its own pool.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/machine/machine.h"
#include "model/capture.h"
#include "model/plan.h"
#include "model/progress.h"

namespace rehome::load {

struct LoadOptions {
  std::map<std::string, std::string> map_user;  // source account name -> destination account name
  std::vector<AccountNumber> accounts;          // which to restore; the system is asked for by allow_system
  std::vector<MachinePath> allow_system;        // system locations of the source that may be written
  std::set<std::string> allow_groups;           // privileged groups that members may keep
  // Owners and groups of the system, setuid bits, capabilities, devices, trusted.* and security.* attributes.
  bool trust_source = false;
  bool with_passwords = false;   // restore password hashes of created accounts
  bool unlock_accounts = false;  // created accounts are not locked (needs with_passwords to be of use)
  bool dry_run = false;          // everything is decided and reported, nothing is written
  std::size_t threads = 0;       // 0: as many as processors
};

struct LoadReport {
  std::uint64_t objects = 0;        // brought or found right
  std::uint64_t written = 0;        // of these, newly written or linked
  std::uint64_t already_there = 0;  // of these, equal at the destination
  std::uint64_t content_bytes = 0;
  std::vector<std::string> created_accounts;
  std::map<std::string, MachinePath> homes;  // destination account -> its home
  // Destination account -> known folder -> where it lands, of those that the capture holds something of.
  std::map<std::string, std::map<std::string, MachinePath>> known_folders;
  std::map<MachinePath, std::uint64_t> system_locations;  // where an allowed one lands -> objects of it
  FindingCounts findings;
};

/// `plan` is the destination's own rules for collisions, or null for the defaults. Throws Error for what makes the
/// whole restore impossible (no space, an account that may not be restored, busy while another restore works on the
/// destination); single objects become findings.
LoadReport load(const CapturedState& state, Machine& destination, const Plan* plan, const LoadOptions& options,
                FindingSink& findings, Progress& progress);

}  // namespace rehome::load
