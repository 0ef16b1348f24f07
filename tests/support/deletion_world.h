// SPDX-License-Identifier: Apache-2.0
#pragma once
// A site whose stores are captured, restored and deleted: what the tests of deletion share.

#include "site/deletion.h"
#include "tests/support/site_world.h"

namespace rehome::site {

constexpr std::int64_t kDay = 86400;  // seconds

class DeletionTest : public testing::TwoComputersTest {
 protected:
  void with_delay(std::int64_t minutes) { point_ = world().add_usual_point({.deletion_delay_minutes = minutes}); }
  CycleReport cycle() { return run_deletion_cycle(site(), point_.id); }
  VaultPlace place(const std::string& id) {
    const Store shown = store(site(), id);
    return {shown.folder_path, shown.vault};
  }
  MigrationPoint point_;
};

}  // namespace rehome::site
