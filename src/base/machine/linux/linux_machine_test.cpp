// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/linux_machine.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/test_root.h"

namespace rehome {
namespace {

TEST(LinuxMachine, OfAForeignRootHasAllParts) {
  linux_etc::TestRoot root;
  root.file("/etc/passwd", "ann:x:1001:1001::/home/ann:/bin/sh\n");
  auto machine = open_linux_machine(root.path());
  EXPECT_EQ(machine->flavour(), MachineFlavour::linux);
  EXPECT_FALSE(machine->is_running_system());
  EXPECT_EQ(machine->registry(), nullptr);
  std::vector<Account> accounts = machine->accounts().list();
  ASSERT_EQ(accounts.size(), 1U) << "and none of the running system";
  EXPECT_EQ(machine->environment().known_folder(KnownFolder::home, &accounts[0]), "/home/ann");
  EXPECT_EQ(machine->environment().computer_name(), "localhost");
}

TEST(LinuxMachine, NeedsARoot) {
  linux_etc::TestRoot root;
  root.file("/file", "");
  for (const char* path : {"/not-there", "/file"}) {
    try {
      open_linux_machine(root.path() + path);
      ADD_FAILURE() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::not_found) << path;
    }
  }
}

TEST(LinuxMachine, OfTheRunningSystemIsReadLikeAnyOther) {
  for (std::string root : {"/", "//", "/."}) EXPECT_TRUE(open_linux_machine(root)->is_running_system()) << root;
  auto machine = open_linux_machine("/");
  std::vector<Account> accounts = machine->accounts().list();
  auto root = std::ranges::find(accounts, 0U, &Account::uid);
  ASSERT_NE(root, accounts.end());
  EXPECT_EQ(root->kind, AccountKind::service);
  EXPECT_FALSE(machine->environment().computer_name().empty());
  EXPECT_EQ(machine->environment().operating_system().is_64_bit, sizeof(void*) == 8);
}

}  // namespace
}  // namespace rehome
