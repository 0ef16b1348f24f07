// SPDX-License-Identifier: Apache-2.0
// Invariant: a vault whose blobs are another's is captured into, resumed, verified and restored by adding blobs alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "flow/store/vault.h"
#include "tests/support/permitted_blobs.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::code_of;
using rehome::testing::MapBlobStore;
using rehome::testing::noise;
using rehome::testing::PermittedBlobs;
using rehome::testing::VaultWorld;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::SizeIs;

class KeptTest : public ::testing::Test {
 protected:
  KeptTest() {
    world.machine.add_file("/home/ann/letter", "Dear Bob");
    world.machine.add_file("/home/ann/alone", noise(600'000));
    world.machine.add_file("/home/bob/his", "of another account");
  }
  std::unique_ptr<Vault> create() { return create_vault({kept}, world.keys(), {}, world.random, world.clock); }
  std::unique_ptr<Vault> open() { return open_vault({kept}, world.keys(), world.random, world.clock); }
  /// Every blob of before is still there and the same.
  void expect_only_added(const MapBlobStore::Blobs& before) {
    const auto after = world.blobs.blobs();
    for (const auto& [name, content] : before) {
      ASSERT_THAT(after, Contains(Key(name)));
      EXPECT_EQ(after.at(name), content) << name;
    }
  }

  VaultWorld world;
  BlobStore& kept = world.blobs;
};

TEST_F(KeptTest, CapturesVerifiesAndRestoresByAddingAlone) {
  const auto vault = create();
  world.capture(*vault);
  const auto before = world.blobs.blobs();
  world.machine.add_file("/home/ann/letter", "Dear Carl");
  world.machine.files().remove("/home/ann/alone");
  world.capture(*vault);
  EXPECT_LT(world.last_stored, 20'000U);
  EXPECT_EQ(world.restore(*open()), world.source());
  Progress progress;
  EXPECT_THAT(vault->verify("", true, progress).damages, IsEmpty());
  expect_only_added(before);
}

TEST_F(KeptTest, AKilledCaptureIsResumedAndItsRemainsAreLeftToTheOwner) {
  const auto vault = create();
  world.clock.advance(std::chrono::minutes(10));
  {
    world.scan(*vault->begin_capture(), {"ann"});
  }
  const auto before = world.blobs.blobs();
  world.read_files.clear();
  world.capture(*vault);
  EXPECT_EQ(world.read_files, std::set<std::string>{"his"});
  EXPECT_EQ(world.restore(*open()), world.source());
  expect_only_added(before);
  EXPECT_THAT(vault->captures(), SizeIs(2));
}

TEST_F(KeptTest, TheLockAndTheHeaderAreTheOwnersBusiness) {
  const auto vault = create();
  const auto lock = world.blobs.lock();
  world.blobs.flip("header", 20);
  const auto before = world.blobs.blobs();
  world.capture(*vault);
  expect_only_added(before);
}

TEST_F(KeptTest, DamageThatVerifyFoundIsMarkedAndStoredAgain) {
  const auto vault = create();
  world.capture(*vault);
  std::string pack;
  for (const auto& [name, blob] : world.blobs.blobs()) {
    if (name.starts_with("packs/1/")) pack = name;
  }
  world.blobs.flip(pack, 400);
  Progress progress;
  EXPECT_THAT(vault->verify("", true, progress).damages, Not(IsEmpty()));
  EXPECT_THAT(world.blobs.blobs(), Contains(Key("damaged/" + pack.substr(6))));
  world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_F(KeptTest, NothingCanBeRemoved) {
  const auto vault = create();
  const std::string capture = world.capture(*vault).capture_id;
  const auto before = world.blobs.blobs();
  for (const std::string& which : {std::string(), capture}) {
    EXPECT_EQ(code_of([&] { vault->remove(which); }), ErrorCode::unsupported);
  }
  expect_only_added(before);
}

TEST_F(KeptTest, ACaptureThatIsNamedIsOpenedWithoutAListOfBlobs) {
  const std::string capture = world.capture(*create()).capture_id;
  PermittedBlobs unlisted(kept, [](std::string_view) { return true; });
  const auto vault = open_vault({unlisted}, world.keys(), world.random, world.clock);
  EXPECT_EQ(world.restore(*vault, capture), world.source());
  EXPECT_EQ(code_of([&] { vault->open_capture(std::string(32, 'a')); }), ErrorCode::not_found);
}

}  // namespace
}  // namespace rehome::store
