// SPDX-License-Identifier: Apache-2.0
#pragma once
// A fake Linux computer with the selected accounts ann (1) and bob (2), a plan and a sink, ready to be scanned.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "base/core/error.h"
#include "base/machine/memory/memory_machine.h"
#include "flow/scan/internal/testing/fake_plan.h"
#include "flow/scan/internal/testing/fake_sink.h"
#include "flow/scan/scan.h"

namespace rehome::scan {

class ScanFixture : public ::testing::Test {
 protected:
  ScanFixture() {
    select(machine.add_account("ann", 1000));
    select(machine.add_account("bob", 1001));
    options.threads = 2;
  }

  void select(const Account& account) {
    const auto number = static_cast<AccountNumber>(accounts.size() + 1);
    accounts.push_back({number, account, machine.files().canonical(account.home)});
  }
  LocationTable make_locations() {
    LocationTable locations(machine);
    for (const CapturedAccount& account : accounts) locations.add(account.number, account.account);
    return locations;
  }
  void run() {
    const LocationTable locations = make_locations();
    scan({machine, plan, locations, accounts, options}, sink, progress);
  }
  /// The code of the Error that the scan ends with.
  std::optional<ErrorCode> run_to_error() {
    try {
      run();
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  }

  ManualClock clock;
  MemoryMachine machine{MachineFlavour::linux, clock};
  MemoryFileTree& files = machine.files();
  Failures& failures = machine.failures();
  FakePlan plan;
  FakeSink sink;
  Progress progress;
  ScanOptions options;
  std::vector<CapturedAccount> accounts;
};

}  // namespace rehome::scan
