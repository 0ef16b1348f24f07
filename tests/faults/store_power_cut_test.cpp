// SPDX-License-Identifier: Apache-2.0
// A capture into a store of any kind that dies anywhere, with a power cut after it: it is absent, can be resumed, or is
// complete, and what is complete is whole.
#include <cerrno>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "base/core/error.h"
#include "flow/transport/folder_blob_store.h"
#include "tests/support/vault_world.h"

namespace rehome {
namespace {

using rehome::testing::Restored;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;

store::VaultOptions options_of(StoreKind kind) {
  store::VaultOptions options;
  options.kind = kind;
  return options;
}

class StorePowerCutTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  StorePowerCutTest() {
    files.mount("/home");  // its content is linked into a sister folder
    world.machine.add_file("/home/ann/letter", "Dear Bob");
    world.machine.add_file("/home/ann/docs/a/text", std::string(10'000, 'x'));
    world.machine.add_file("/home/ann/docs/empty", "");
    files.add_folder("/store");
    files.edit("/store", [](Metadata& metadata) { metadata.mode = 0700; });
    blobs = open_blobs();
    store::create_vault(place(), {}, options_of(GetParam()), world.random, world.clock);
    files.lose_unsynced();
  }

  std::unique_ptr<OwnedBlobStore> open_blobs() {
    return transport::open_folder_blob_store(files.open_for_writing("/store"), "/store");
  }
  store::VaultPlace place() { return {*blobs, &files, "/store"}; }
  std::unique_ptr<store::Vault> open() {
    blobs = open_blobs();
    return store::open_vault(place(), {}, world.random, world.clock);
  }
  CaptureInfo capture(store::Vault& vault) { return world.capture(vault, {"ann"}); }
  Restored source() { return world.source({"ann"}); }

  VaultWorld world{false};
  MemoryFileTree& files = world.machine.files();
  std::unique_ptr<OwnedBlobStore> blobs;
};

INSTANTIATE_TEST_SUITE_P(Every, StorePowerCutTest,
                         ::testing::Values(StoreKind::compressed, StoreKind::uncompressed, StoreKind::hard_link),
                         [](const auto& kind) {
                           return kind.param == StoreKind::hard_link ? "linked" : std::string(name_of(kind.param));
                         });

TEST_P(StorePowerCutTest, WhateverCallItDiesAtNothingIsTakenForWhatItIsNot) {
  bool survived = false;
  std::uint64_t cuts = 0;
  std::uint64_t complete = 0;
  for (std::uint64_t call = 1; !survived; call += 3, ++cuts) {
    ASSERT_LT(call, 20'000U);
    {
      auto vault = open();
      // A new file, for writing into one that a link store holds changes what it holds.
      if (files.exists("/home/ann/new")) files.remove("/home/ann/new");
      world.machine.add_file("/home/ann/new", std::to_string(call));
      files.open_for_writing("/home")->sync_volume();
      files.failures().fail_everything_from(call, EIO);
      try {
        capture(*vault);
        survived = true;
      } catch (const Error&) {
      }
      files.failures().clear();
    }
    files.crash(call);
    auto vault = open();
    Progress progress;
    for (const store::CaptureSummary& summary : vault->captures()) {
      if (!summary.complete) continue;
      ++complete;
      EXPECT_THAT(vault->verify(summary.capture_id, true, progress).damages, IsEmpty()) << "cut at call " << call;
    }
    if (survived || cuts % 8 == 0) {
      capture(*vault);
      EXPECT_EQ(world.restore(*vault), source()) << "cut at call " << call;
    }
    // Else the captures of all calls would pile up.
    if (complete > 40) {
      for (const store::CaptureSummary& summary : vault->captures()) vault->remove(summary.capture_id);
      complete = 0;
    }
  }
  EXPECT_GT(cuts, 20U);
}

TEST_P(StorePowerCutTest, AnInterruptedCaptureIsGoneOnWith) {
  auto vault = open();
  world.clock.advance(std::chrono::minutes(10));
  {
    const auto session = vault->begin_capture();
    world.scan(*session, {"ann"});
  }
  world.read_files.clear();
  world.clock.advance(std::chrono::minutes(1));
  capture(*vault);
  EXPECT_THAT(world.read_files, IsEmpty());
  EXPECT_EQ(world.restore(*vault), source());
  EXPECT_EQ(vault->captures().size(), 1U) << "what was incomplete is swept away";
}

}  // namespace
}  // namespace rehome
