// SPDX-License-Identifier: Apache-2.0
// The kinds that keep plain files, through the front of the vault: catalog, marks and resuming are the same for them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "flow/store/vault.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::noise;
using rehome::testing::Restored;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;

class TreeVaultTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  TreeVaultTest() {
    world.use_folder();
    world.machine.add_file("/home/ann/letter", "Dear Bob");
    world.machine.add_file("/home/ann/big", noise(5'000'000));
    world.machine.add_symlink("/home/ann/link", "letter");
    world.machine.add_file("/home/bob/docs/his", "of bob");
    VaultOptions options;
    options.kind = GetParam();
    vault = world.create(options);
  }
  VaultWorld world{false};
  std::unique_ptr<Vault> vault;
};
INSTANTIATE_TEST_SUITE_P(Kinds, TreeVaultTest, ::testing::Values(StoreKind::uncompressed, StoreKind::hard_link),
                         [](const auto& kind) {
                           return kind.param == StoreKind::hard_link ? std::string("HardLink")
                                                                     : std::string("Uncompressed");
                         });

TEST_P(TreeVaultTest, WhatWentInComesBack) {
  world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_EQ(world.restore(*world.open()), world.source());
  Progress progress;
  EXPECT_THAT(vault->verify("", true, progress).damages, IsEmpty());
}

TEST_P(TreeVaultTest, ASecondCaptureReadsOnlyWhatChanged) {
  const std::string first = world.capture(*vault).capture_id;
  world.machine.files().remove("/home/ann/letter");
  world.machine.add_file("/home/ann/letter", "Dear Carl");
  world.machine.failures().clear_counts();
  world.capture(*vault);
  EXPECT_EQ(world.machine.failures().calls(Operation::read, "/home/ann/big"), 0U);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_EQ(world.restore(*vault, first).at("ann/letter"), "Dear Bob");
}

TEST_P(TreeVaultTest, AnInterruptedCaptureIsResumedAndReplaced) {
  {
    const auto session = vault->begin_capture();
    world.scan(*session, {"ann", "bob"});
  }
  EXPECT_FALSE(vault->captures().at(0).complete);
  world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_EQ(vault->captures().size(), 1U);
  EXPECT_EQ(world.machine.files().names_in("/store/Tree").size(), 1U);
}

TEST_P(TreeVaultTest, RemovingACaptureLeavesTheOther) {
  const std::string first = world.capture(*vault).capture_id;
  world.capture(*vault);
  vault->remove(first);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_EQ(world.machine.files().names_in("/store/Tree").size(), 1U);
}

TEST_P(TreeVaultTest, RemovingEverythingLeavesTheOriginals) {
  world.capture(*vault);
  const Restored before = world.source();
  vault->remove("");
  EXPECT_THAT(world.blobs.blobs(), IsEmpty());
  EXPECT_FALSE(world.machine.files().exists("/store/Tree"));
  EXPECT_EQ(world.source(), before);
}

TEST_P(TreeVaultTest, CountsTheFilesThatOnlyLinksStillHold) {
  const std::string first = world.capture(*vault).capture_id;
  EXPECT_EQ(vault->last_names("").files, 0U);
  world.machine.files().remove("/home/ann/letter");
  world.machine.add_file("/home/ann/letter", "saved beside and renamed");
  const LastNames last = vault->last_names(first);
  const bool is_linked = GetParam() == StoreKind::hard_link;
  EXPECT_EQ(last.files, is_linked ? 1U : 0U);
  EXPECT_EQ(last.bytes, is_linked ? 8U : 0U);
  EXPECT_EQ(last.example, is_linked ? "/store/Tree/" + first + "/1/home/letter" : "");
}

TEST_P(TreeVaultTest, AFileThatAnotherCaptureHoldsIsLostOnlyWithBoth) {
  const std::string first = world.capture(*vault).capture_id;
  world.capture(*vault);
  world.machine.files().remove("/home/bob/docs/his");
  EXPECT_EQ(vault->last_names(first).files, 0U);
  EXPECT_EQ(vault->last_names("").files, GetParam() == StoreKind::hard_link ? 1U : 0U);
}

TEST_P(TreeVaultTest, AnIncompleteCaptureHoldsFilesToo) {
  {
    const auto session = vault->begin_capture();
    world.scan(*session, {"ann", "bob"});
  }
  const std::string id = vault->captures().at(0).capture_id;
  EXPECT_EQ(vault->last_names("").files, 0U);
  world.machine.files().remove("/home/ann/letter");
  const std::uint64_t lost = GetParam() == StoreKind::hard_link ? 1 : 0;
  EXPECT_EQ(vault->last_names("").files, lost);
  EXPECT_EQ(vault->last_names(id).files, lost);
}

TEST_P(TreeVaultTest, NamesInAnIncompleteCaptureGoWithTheWholeStore) {
  world.capture(*vault);
  {
    const auto session = vault->begin_capture();
    world.scan(*session, {"ann", "bob"});
  }
  world.machine.files().remove("/home/ann/letter");
  EXPECT_EQ(vault->last_names("").files, GetParam() == StoreKind::hard_link ? 1U : 0U);
  for (const CaptureSummary& capture : vault->captures()) EXPECT_EQ(vault->last_names(capture.capture_id).files, 0U);
}

TEST_P(TreeVaultTest, CopiesAreLeftOutWhereACatalogSaysSo) {
  world.machine.files().edit("/home/ann/letter", [](Metadata& metadata) { metadata.flags = 0x10; });
  const std::string first = world.capture(*vault).capture_id;
  world.machine.files().edit("/home/ann/letter", [](Metadata& metadata) { metadata.flags = 0; });
  world.machine.files().remove("/home/ann/letter");
  EXPECT_EQ(vault->last_names("").files, 0U);
  EXPECT_EQ(vault->last_names(first).files, 0U);
  for (const char* blob : {"/1.0", "/1.0b"}) world.blobs.remove("captures/" + first + blob);
  EXPECT_EQ(vault->last_names("").files, GetParam() == StoreKind::hard_link ? 1U : 0U) << "asked about, to be safe";
}

TEST_P(TreeVaultTest, NamesAreCountedHoweverDeepTheyLie) {
  std::string deep = "/home/ann";
  for (int level = 0; level < 400; ++level) deep += "/d";
  world.machine.add_file(deep + "/letter", "deep");
  world.capture(*vault);
  world.machine.files().remove(deep + "/letter");
  const auto open = world.machine.files().open_folders();
  EXPECT_EQ(vault->last_names("").files, GetParam() == StoreKind::hard_link ? 1U : 0U);
  EXPECT_EQ(world.machine.files().open_folders(), open);
}

TEST_P(TreeVaultTest, VerifyNamesAFileThatIsGone) {
  world.capture(*vault);
  for (const MachinePath& path : world.machine.files().paths_below("/store/Tree")) {
    if (path.ends_with("/letter")) world.machine.files().remove(path);
  }
  Progress progress;
  const VerifyReport report = vault->verify("", false, progress);
  ASSERT_EQ(report.damages.size(), 1U);
  EXPECT_EQ(report.damages[0].path, "ann: home/letter");
}

TEST_P(TreeVaultTest, AFolderThatOthersMayEnterTakesNoVault) {
  VaultWorld other{false};
  other.use_folder();
  other.machine.files().edit("/store", [](Metadata& metadata) { metadata.mode = 0755; });
  VaultOptions options;
  options.kind = GetParam();
  EXPECT_THROW(other.create(options), Error);
  EXPECT_THAT(other.blobs.blobs(), IsEmpty());
}

TEST_P(TreeVaultTest, WithoutAFolderOfThisComputerItIsRefused) {
  world.capture(*vault);
  const auto elsewhere = open_vault({world.blobs}, {}, world.random, world.clock);
  EXPECT_THROW(elsewhere->open_capture(""), Error);
}

}  // namespace
}  // namespace rehome::store
