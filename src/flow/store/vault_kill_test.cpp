// SPDX-License-Identifier: Apache-2.0
// Invariant: kill the process anywhere and a capture is absent, resumable or complete. The store dies at each of its
// calls in turn.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "flow/store/vault.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::code_of;
using rehome::testing::noise;
using rehome::testing::Restored;
using rehome::testing::VaultWorld;
using ::testing::AnyOf;
using ::testing::IsEmpty;

constexpr std::uint64_t kMostCalls = 500;

void fill(VaultWorld& world) {
  world.machine.add_file("/home/ann/letter", "Dear Bob");
  world.machine.add_file("/home/ann/alone", noise(600'000));
  world.machine.add_file("/home/bob/his", "of another account");
}

/// Runs `work` with the store dying at its n-th call; false when it came to its end.
template <typename Work>
bool dies(VaultWorld& world, std::uint64_t n, const Work& work) {
  world.blobs.die_at(n);
  bool died = false;
  try {
    work();
  } catch (const Error&) {
    died = true;
  }
  world.blobs.live();
  return died;
}

void expect_healthy(VaultWorld& world, const std::string& when) {
  const auto vault = world.open();
  world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), world.source()) << when;
  EXPECT_THAT(world.findings.found, IsEmpty()) << when;
  Progress progress;
  EXPECT_THAT(vault->verify("", true, progress).damages, IsEmpty()) << when;
  for (const CaptureSummary& capture : vault->captures()) EXPECT_TRUE(capture.complete) << when;
}

TEST(Kill, DuringTheFirstCapture) {
  for (std::uint64_t n = 1;; ++n) {
    ASSERT_LT(n, kMostCalls);
    VaultWorld world;
    fill(world);
    const auto vault = world.create();
    const bool died = dies(world, n, [&] { world.capture(*vault); });
    const std::string when = "at call " + std::to_string(n);
    if (vault->captures().empty() || !vault->captures()[0].complete) {
      EXPECT_THROW(vault->open_capture(""), Error) << when;
    } else {
      EXPECT_EQ(world.restore(*vault), world.source()) << when;
    }
    expect_healthy(world, when);
    if (!died && vault->captures().size() == 2) break;
  }
}

TEST(Kill, DuringASecondCaptureTheFirstStaysWhole) {
  for (std::uint64_t n = 1;; ++n) {
    ASSERT_LT(n, kMostCalls);
    VaultWorld world;
    fill(world);
    const auto vault = world.create();
    const std::string first = world.capture(*vault).capture_id;
    const Restored before = world.source();
    world.machine.add_file("/home/ann/new", noise(600'000, 5));
    world.machine.add_file("/home/ann/letter", "Dear Carl");
    const bool died = dies(world, n, [&] { world.capture(*vault); });
    const std::string when = "at call " + std::to_string(n);
    EXPECT_EQ(world.restore(*vault, first), before) << when;
    const std::vector<CaptureSummary> captures = vault->captures();
    if (captures.front().complete) {
      EXPECT_THAT(world.restore(*vault), AnyOf(before, world.source())) << when;
    } else {
      EXPECT_EQ(code_of([&] { vault->open_capture(""); }), ErrorCode::incomplete) << "no older one unasked, " << when;
    }
    expect_healthy(world, when);
    EXPECT_EQ(world.restore(*vault, first), before) << when;
    if (!died) break;
  }
}

TEST(Kill, ASecondTimeWhileResuming) {
  for (std::uint64_t n = 20; n < 60; n += 7) {
    for (std::uint64_t m = 1; m < 40; m += 5) {
      VaultWorld world;
      fill(world);
      const auto vault = world.create();
      dies(world, n, [&] { world.capture(*vault); });
      dies(world, m, [&] { world.capture(*vault); });
      expect_healthy(world, std::to_string(n) + " and " + std::to_string(m));
    }
  }
}

TEST(Kill, WhileMakingAVault) {
  for (std::uint64_t n = 1; n <= 3; ++n) {
    VaultWorld world;
    fill(world);
    dies(world, n, [&] { world.create(); });
    if (!peek_vault(world.blobs)) world.create();
    expect_healthy(world, "at call " + std::to_string(n));
  }
}

TEST(Kill, WhileRemovingACaptureTheOtherStaysWhole) {
  for (std::uint64_t n = 1;; ++n) {
    ASSERT_LT(n, kMostCalls);
    VaultWorld world;
    fill(world);
    const auto vault = world.create();
    const std::string first = world.capture(*vault).capture_id;
    world.machine.add_file("/home/ann/letter", "Dear Carl");
    world.capture(*vault);
    const bool died = dies(world, n, [&] { vault->remove(first); });
    const std::string when = "at call " + std::to_string(n);
    EXPECT_EQ(world.restore(*vault), world.source()) << when;
    expect_healthy(world, when);
    if (!died) break;
  }
}

TEST(Kill, WhileRemovingEverythingItCanBeDoneAgain) {
  for (std::uint64_t n = 1;; ++n) {
    ASSERT_LT(n, kMostCalls);
    VaultWorld world;
    fill(world);
    world.capture(*world.create());
    const auto vault = world.open();
    if (!dies(world, n, [&] { vault->remove(""); })) break;
    if (peek_vault(world.blobs)) world.open()->remove("");
    EXPECT_THAT(world.blobs.blobs(), IsEmpty()) << "at call " << n;
  }
}

TEST(Kill, AFailureOfTheStoreComesOutOfTheSession) {
  VaultWorld world;
  fill(world);
  const auto vault = world.create();
  auto session = vault->begin_capture();
  world.blobs.die_at(1);
  EXPECT_THROW(
      {
        CaptureInfo info = world.scan(*session, {"ann", "bob"});
        session->finish(std::move(info));
      },
      Error);
}

TEST(Kill, WhatWasFlushedIsNotReadAgain) {
  VaultWorld world;
  fill(world);
  const auto vault = world.create();
  world.clock.advance(std::chrono::minutes(10));
  {
    auto session = vault->begin_capture();
    world.scan(*session, {"ann"});
    world.clock.advance(std::chrono::minutes(1));  // more than between two flushes
    session->record(Finding{});
    Object folder;
    folder.kind = NodeKind::folder;
    session->record(folder);
    world.blobs.die_at(1);  // nothing that comes now is written, as with a kill
  }
  world.blobs.live();
  world.read_files.clear();
  world.capture(*world.open());
  EXPECT_EQ(world.read_files, std::set<std::string>{"his"});
}

TEST(Kill, WhoseThePacksAreIsKnownBeforeTheFirstOne) {
  VaultWorld world;
  world.machine.add_file("/home/ann/large", rehome::testing::noise(std::size_t{80} << 20));
  const auto vault = world.create();
  {
    auto session = vault->begin_capture();
    world.scan(*session, {"ann"});
    world.blobs.die_at(1);
  }
  world.blobs.live();
  const auto stored = [&] {
    std::uint64_t bytes = 0;
    for (const BlobInfo& blob : world.blobs.list("packs")) bytes += blob.size;
    return bytes;
  };
  const std::uint64_t before = stored();
  ASSERT_GT(before, std::uint64_t{20} << 20);
  world.capture(*world.open(), {"ann"});
  EXPECT_LT(world.last_stored, (std::uint64_t{81} << 20) - before) << "what the killed one stored is not stored again";
  EXPECT_EQ(world.restore(*world.open()), world.source({"ann"}));
}

}  // namespace
}  // namespace rehome::store
