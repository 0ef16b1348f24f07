// SPDX-License-Identifier: Apache-2.0
// Invariant: nothing of a store can be put in the place of anything else of it, of another account, or of another
// store, and nothing be left out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flow/store/internal/capture_reader.h"
#include "flow/store/internal/pack_reader.h"
#include "flow/store/vault.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::noise;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;
using ::testing::Not;

class SwapTest : public ::testing::TestWithParam<bool> {
 protected:
  SwapTest() : world(GetParam()) {
    world.machine.add_file("/home/ann/a", noise(600'000, 1));
    world.machine.add_file("/home/ann/b", noise(600'000, 2));
    world.machine.add_file("/home/bob/c", noise(600'000, 3));
    vault = world.create();
    info = world.capture(*vault);
  }
  AccountNumber number(std::size_t account) const { return info.accounts[account].number; }
  std::string segment(std::size_t account, const CaptureInfo& of, Copy copy = Copy::first) const {
    return segment_name(*id_of_hex<CaptureId>(of.capture_id), number(account), 0, copy);
  }
  std::string pack_of(std::size_t account) {
    const auto blobs = world.blobs.blobs();
    return blobs.lower_bound("packs/" + std::to_string(number(account)) + "/")->first;
  }
  /// No file comes back with another's content.
  std::size_t damaged() {
    std::size_t count = 0;
    const auto source = world.source();
    for (const auto& [path, content] : world.restore(*world.open())) {
      if (content == "<damaged>") {
        ++count;
      } else {
        EXPECT_EQ(content, source.at(path)) << path;
      }
    }
    return count;
  }
  VaultWorld world;
  std::unique_ptr<Vault> vault;
  CaptureInfo info;
};
INSTANTIATE_TEST_SUITE_P(EncryptedAndNot, SwapTest, ::testing::Bool());

TEST_P(SwapTest, FramesThatChangePlacesInAPackAreFound) {
  Bytes pack = world.blobs.blobs().at(pack_of(0));
  const std::size_t first = 112 + 16 + 2 * 9;
  const std::size_t frame = 600'016;
  std::swap_ranges(pack.begin() + first, pack.begin() + first + frame, pack.begin() + first + frame);
  world.blobs.replace(pack_of(0), pack);
  EXPECT_EQ(damaged(), 2U);
}

TEST_P(SwapTest, APackOfAnotherAccountIsFound) {
  world.blobs.replace(pack_of(0), world.blobs.blobs().at(pack_of(1)));
  EXPECT_EQ(damaged(), 2U);
}

TEST_P(SwapTest, AFrameOfAnotherPackIsFound) {
  Bytes pack = world.blobs.blobs().at(pack_of(0));
  const Bytes other = world.blobs.blobs().at(pack_of(1));
  std::copy_n(other.begin() + 112 + 16 + 9, 600'016, pack.begin() + 112 + 16 + 2 * 9);
  world.blobs.replace(pack_of(0), pack);
  EXPECT_EQ(damaged(), 1U);
}

TEST_P(SwapTest, APackOfAnotherVaultWithTheSameKeyIsFound) {
  VaultWorld other(GetParam());
  Bytes skipped(32);
  other.random.fill(skipped);  // so that its vault id is another
  other.machine.add_file("/home/ann/a", noise(600'000, 8));
  other.machine.add_file("/home/ann/b", noise(600'000, 9));
  other.capture(*other.create());
  for (const auto& [name, blob] : other.blobs.blobs()) {
    if (name.starts_with("packs/1/")) world.blobs.replace(pack_of(0), blob);
  }
  EXPECT_EQ(damaged(), 2U);
}

TEST_P(SwapTest, ASegmentOfAnotherAccountIsFound) {
  for (const Copy copy : {Copy::first, Copy::second}) {
    world.blobs.replace(segment(0, info, copy), world.blobs.blobs().at(segment(1, info)));
  }
  EXPECT_EQ(damaged(), 0U);
  EXPECT_THAT(world.findings.found, Not(IsEmpty()));
}

TEST_P(SwapTest, ASegmentReplayedFromAnEarlierCaptureIsFound) {
  world.machine.add_file("/home/ann/a", noise(600'000, 4));
  const CaptureInfo second = world.capture(*vault);
  for (const Copy copy : {Copy::first, Copy::second}) {
    world.blobs.replace(segment(0, second, copy), world.blobs.blobs().at(segment(0, info)));
  }
  damaged();
  EXPECT_THAT(world.findings.found, Not(IsEmpty()));
}

TEST_P(SwapTest, AManifestThatLeavesOutTheLastSegmentIsFound) {
  for (int i = 0; i < 20'000; ++i) {
    world.machine.add_file("/home/ann/many/a-rather-long-name-to-fill-a-segment-" + std::to_string(i), "");
  }
  const CaptureInfo big = world.capture(*vault);
  const CaptureId id = *id_of_hex<CaptureId>(big.capture_id);
  Manifest manifest = read_manifest(world.blobs, id);
  ASSERT_GT(manifest.accounts[1].segments.size(), 1U);
  manifest.accounts[1].segments.pop_back();
  for (const Copy copy : {Copy::first, Copy::second}) {
    world.blobs.replace(complete_name(id, copy), encode_manifest(manifest));
  }
  damaged();
  EXPECT_THAT(world.findings.found, Not(IsEmpty()));
}

TEST_P(SwapTest, AManifestThatListsNothingOfAnAccountIsFound) {
  const CaptureId id = *id_of_hex<CaptureId>(info.capture_id);
  const Manifest whole = read_manifest(world.blobs, id);
  for (std::size_t i = 0; i < whole.accounts.size(); ++i) {
    Manifest manifest = whole;
    manifest.accounts[i].segments.clear();
    for (const Copy copy : {Copy::first, Copy::second}) {
      world.blobs.replace(complete_name(id, copy), encode_manifest(manifest));
    }
    Progress progress;
    EXPECT_THAT(world.open()->verify("", true, progress).damages, Not(IsEmpty())) << i;
    world.findings.found.clear();
    world.open()->open_capture("")->visit(std::span(&manifest.accounts[i].account, 1), world.findings,
                                          [](const Object&) {});
    EXPECT_THAT(world.findings.found, Not(IsEmpty())) << i;
  }
}

TEST_P(SwapTest, AManifestThatLeavesOutAnAccountIsFound) {
  const CaptureId id = *id_of_hex<CaptureId>(info.capture_id);
  Manifest manifest = read_manifest(world.blobs, id);
  manifest.accounts.pop_back();
  for (const Copy copy : {Copy::first, Copy::second}) {
    world.blobs.replace(complete_name(id, copy), encode_manifest(manifest));
  }
  damaged();
  EXPECT_THAT(world.findings.found, Not(IsEmpty()));
  Progress progress;
  EXPECT_THAT(world.open()->verify("", true, progress).damages, Not(IsEmpty()));
}

}  // namespace
}  // namespace rehome::store
