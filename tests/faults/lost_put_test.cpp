// SPDX-License-Identifier: Apache-2.0
// A place that says a blob is durable and has lost it, for each blob of a capture in turn: the next capture into the
// same vault is whole, whatever of the one before it can still be had.
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "flow/transport/memory_blob_store.h"
#include "tests/support/vault_world.h"

namespace rehome {
namespace {

using rehome::testing::noise;
using rehome::testing::Restored;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;

/// Nothing comes back that never went in.
void expect_right_or_damaged(const Restored& restored, const Restored& source) {
  for (const auto& [path, content] : restored) {
    if (content == "<damaged>") continue;
    EXPECT_EQ(content, source.at(path)) << path;
  }
}

TEST(LostPut, OfOneCaptureIsMadeGoodByTheNext) {
  constexpr std::uint64_t kMostPuts = 100;
  std::uint64_t puts = kMostPuts;
  for (std::uint64_t n = 1; n <= puts; ++n) {
    VaultWorld world;
    world.machine.add_file("/home/ann/letter", "Dear Bob");
    world.machine.add_file("/home/ann/alone", noise(600'000));
    world.machine.add_file("/home/bob/his", "of another account");
    transport::MemoryBlobStore blobs;
    const auto vault = store::create_vault({blobs}, world.keys(), {}, world.random, world.clock);
    const std::uint64_t before = blobs.puts();
    blobs.lose_put(n);
    const std::string first = world.capture(*vault).capture_id;
    puts = blobs.puts() - before;
    ASSERT_LT(puts, kMostPuts);
    for (const store::CaptureSummary& capture : vault->captures()) {
      if (capture.complete) expect_right_or_damaged(world.restore(*vault, first), world.source());
    }

    const std::string next = world.capture(*vault).capture_id;
    EXPECT_EQ(world.restore(*vault), world.source()) << "put " << n;
    Progress progress;
    EXPECT_THAT(vault->verify(next, true, progress).damages, IsEmpty()) << "put " << n;
  }
  EXPECT_LT(puts, kMostPuts);
}

}  // namespace
}  // namespace rehome
