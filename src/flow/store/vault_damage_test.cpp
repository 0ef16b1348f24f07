// SPDX-License-Identifier: Apache-2.0
// Invariant: damage is found, limited to what it hits, and healed where there is a second copy. Every byte of a small
// store is flipped in turn.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "flow/store/vault.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::code_of;
using rehome::testing::MapBlobStore;
using rehome::testing::noise;
using rehome::testing::Restored;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::size_t kEndsOfPack = 400;  // label and frame table
constexpr std::size_t kStrideInFrames = 1009;

bool is_pack(std::string_view name) { return name.starts_with("packs/"); }

class DamageTest : public ::testing::TestWithParam<bool> {
 protected:
  DamageTest() : world(GetParam()) {
    world.machine.add_file("/home/ann/one", "the first");
    world.machine.add_file("/home/ann/two", "the second");
    world.machine.add_file("/home/ann/alone", noise(600'000));  // a frame of its own
    world.machine.add_file("/home/bob/his", "of another account");
    vault = world.create();
    world.capture(*vault);
    whole = world.blobs.blobs();
    source = world.source();
  }

  /// Offsets of a blob that are worth hitting.
  static std::vector<std::size_t> offsets_of(std::string_view name, std::size_t size) {
    std::vector<std::size_t> offsets;
    for (std::size_t i = 0; i < size; ++i) {
      const bool in_frames = is_pack(name) && i > kEndsOfPack && i + kEndsOfPack < size;
      if (!in_frames || i % kStrideInFrames == 0) offsets.push_back(i);
    }
    return offsets;
  }

  void reset() {
    for (const auto& [name, blob] : world.blobs.blobs()) world.blobs.erase(name);
    for (const auto& [name, blob] : whole) world.blobs.replace(name, blob);
  }
  std::size_t damaged_files(const Restored& restored) {
    std::size_t damaged = 0;
    for (const auto& [path, content] : source) {
      const auto found = restored.find(path);
      if (found == restored.end() || found->second == "<damaged>") {
        ++damaged;
      } else {
        EXPECT_EQ(found->second, content) << path;
      }
    }
    EXPECT_LE(restored.size(), source.size());
    return damaged;
  }

  VaultWorld world;
  std::unique_ptr<Vault> vault;
  MapBlobStore::Blobs whole;
  Restored source;
};
INSTANTIATE_TEST_SUITE_P(EncryptedAndNot, DamageTest, ::testing::Bool());

TEST_P(DamageTest, ACaptureWhoseManifestIsLostIsListedAsDamaged) {
  EXPECT_EQ(vault->captures().at(0).problem, "");
  for (const auto& [name, blob] : whole) {
    if (name.find("/complete") != std::string::npos) world.blobs.flip(name, blob.size() / 2);
  }
  const CaptureSummary summary = vault->captures().at(0);
  EXPECT_TRUE(summary.complete);
  EXPECT_FALSE(summary.info);
  EXPECT_THAT(summary.problem, ::testing::HasSubstr("damaged"));
}

TEST_P(DamageTest, WhatPacksHaveLostIsToldWithoutReadingThem) {
  const auto told = [&] {
    Restored lost;
    const auto state = vault->open_capture("");
    for (const CapturedAccount& account : state->info().accounts) {
      state->visit(std::span(&account.number, 1), world.findings, [&](const Object& object) {
        if (object.kind != NodeKind::file) return;
        try {
          EXPECT_EQ(state->check_content(object), object);
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::corrupt) << error.what();
          lost[account.account.name + "/" + object.location.rest] = "<damaged>";
        }
      });
    }
    return lost;
  };
  const auto lost = [&] {
    Restored restored = world.restore(*world.open());
    std::erase_if(restored, [](const auto& file) { return file.second != "<damaged>"; });
    return restored;
  };
  EXPECT_THAT(told(), IsEmpty());
  for (const auto& [name, blob] : whole) {
    if (!is_pack(name)) continue;
    for (const std::size_t length : {blob.size() - 1, blob.size() / 2, kEndsOfPack / 2, std::size_t{0}}) {
      world.blobs.replace(name, Bytes(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(length)));
      EXPECT_EQ(told(), lost()) << name << " cut to " << length;
    }
    world.blobs.erase(name);
    EXPECT_THAT(told(), Not(IsEmpty()));
    EXPECT_EQ(told(), lost()) << name;
    reset();
  }
}

TEST_P(DamageTest, AFlippedByteAnywhereIsHealedOrHitsOneFrame) {
  for (const auto& [name, blob] : whole) {
    for (const std::size_t offset : offsets_of(name, blob.size())) {
      world.blobs.flip(name, offset);
      const std::size_t damaged = damaged_files(world.restore(*world.open()));
      EXPECT_THAT(world.findings.found, IsEmpty()) << name << " at " << offset;
      EXPECT_LE(damaged, is_pack(name) ? 2U : 0U) << name << " at " << offset;
      world.blobs.flip(name, offset);
    }
  }
}

TEST_P(DamageTest, VerifyNamesEveryFlippedByte) {
  for (const auto& [name, blob] : whole) {
    for (std::size_t offset = 0; offset < blob.size(); offset += is_pack(name) ? 5003 : 13) {
      world.blobs.flip(name, offset);
      Progress progress;
      const VerifyReport report = world.open()->verify("", true, progress);
      EXPECT_THAT(report.damages, Not(IsEmpty())) << name << " at " << offset;
      const std::size_t damaged = damaged_files(world.restore(*world.open()));
      const auto with_path = std::ranges::count_if(report.damages, [](const Damage& d) { return !d.path.empty(); });
      EXPECT_EQ(static_cast<std::size_t>(with_path), damaged) << name << " at " << offset;
      reset();
    }
  }
}

TEST_P(DamageTest, WhatNoRestoreWouldTakeIsDamage) {
  const auto opened = world.open();
  const auto session = opened->begin_capture();
  CaptureInfo info = world.scan(*session, {"ann"});
  for (const char* rest : {"../bob", "a//b", ""}) {
    Object forged;
    forged.location = {info.accounts.at(0).number, KnownFolder::home, rest};
    forged.kind = NodeKind::symlink;
    forged.link_target = "x";
    session->record(forged);
  }
  const CaptureInfo done = session->finish(std::move(info));
  Progress progress;
  EXPECT_THAT(opened->verify(done.capture_id, true, progress).damages, SizeIs(3));
}

TEST_P(DamageTest, ABlobThatIsGoneIsHealedOrNamed) {
  for (const auto& [name, blob] : whole) {
    world.blobs.erase(name);
    const std::size_t damaged = damaged_files(world.restore(*world.open()));
    EXPECT_LE(damaged, is_pack(name) ? 3U : 0U) << name;
    Progress progress;
    EXPECT_THAT(world.open()->verify("", true, progress).damages, Not(IsEmpty())) << name;
    reset();
  }
}

TEST_P(DamageTest, EveryCaptureIsVerifiedUnlessOneIsNamed) {
  const std::string first = vault->captures().at(0).capture_id;
  world.machine.add_file("/home/ann/new", "new");
  const std::string second = world.capture(*vault).capture_id;
  for (const BlobInfo& blob : world.blobs.list("captures/" + first)) {
    if (!blob.name.ends_with("started") && !blob.name.contains("complete")) world.blobs.erase(blob.name);
  }
  const auto damages = [&](const std::string& capture) {
    Progress progress;
    return world.open()->verify(capture, true, progress).damages;
  };
  EXPECT_THAT(damages(""), Not(IsEmpty()));
  EXPECT_THAT(damages(second), IsEmpty());
}

TEST_P(DamageTest, WhereNothingTellsTheNewestNoneIsTaken) {
  const std::string first = vault->captures().at(0).capture_id;
  world.machine.add_file("/home/ann/new", "new");
  const std::string second = world.capture(*vault).capture_id;
  for (const char* name : {"/started", "/complete", "/complete.b"}) {
    world.blobs.flip("captures/" + second + name, 60);
  }
  EXPECT_EQ(code_of([&] { world.open()->open_capture(""); }), ErrorCode::corrupt);
  EXPECT_EQ(world.restore(*world.open(), first), source);
  Progress progress;
  EXPECT_THAT(world.open()->verify("", true, progress).damages, Not(IsEmpty()));
}

TEST_P(DamageTest, TheLostCopyOfAManifestIsMadeAnew) {
  for (const char* name : {"/complete", "/complete.b"}) {
    world.blobs.erase("captures/" + vault->captures().at(0).capture_id + name);
    world.capture(*world.open());
    EXPECT_EQ(world.open()->captures().size(), 2U) << "it is not swept up as incomplete";
    Progress progress;
    EXPECT_THAT(world.open()->verify("", true, progress).damages, IsEmpty()) << name;
    reset();
  }
}

TEST_P(DamageTest, ATruncatedBlobIsHealedOrHitsOnlyWhatIsCutOff) {
  for (const auto& [name, blob] : whole) {
    for (std::size_t length = 0; length < blob.size(); length += is_pack(name) ? 50'021 : 17) {
      world.blobs.replace(name, Bytes(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(length)));
      const std::size_t damaged = damaged_files(world.restore(*world.open()));
      EXPECT_LE(damaged, is_pack(name) ? 3U : 0U) << name << " of " << length;
    }
    reset();
  }
}

TEST_P(DamageTest, WithItsLastLabelGoneAPackStillGivesAllFrames) {
  for (const auto& [name, blob] : whole) {
    if (!is_pack(name)) continue;
    world.blobs.replace(name, Bytes(blob.begin(), blob.end() - 112));
  }
  EXPECT_EQ(damaged_files(world.restore(*world.open())), 0U);
}

TEST_P(DamageTest, BothCopiesOfASegmentDamagedLoseThatSegmentAndAreReported) {
  for (const auto& [name, blob] : whole) {
    if (!name.starts_with("captures/") || !name.ends_with("b") || name.ends_with(".b")) continue;
    world.blobs.flip(name, blob.size() - 1);
    world.blobs.flip(name.substr(0, name.size() - 1), blob.size() - 1);
    damaged_files(world.restore(*world.open()));
    reset();
    if (name.find("/0.") != std::string::npos) continue;  // the system's objects: there are none here
    EXPECT_THAT(world.findings.found, Not(IsEmpty())) << name;
  }
}

TEST_P(DamageTest, ABrokenSectorIsHealedOrHitsOnlyWhatLiesOnIt) {
  for (const auto& [name, blob] : whole) {
    if (name.ends_with("/complete")) continue;
    world.blobs.break_reading(name);
    EXPECT_LE(damaged_files(world.restore(*world.open())), is_pack(name) ? 3U : 0U) << name;
    world.blobs.break_reading("");
  }
}

TEST_P(DamageTest, AServerThatCannotBeReachedIsNoDamage) {
  for (const auto& [name, blob] : whole) {
    const std::unique_ptr<Vault> open = world.open();
    world.blobs.break_reading(name, ErrorCode::unreachable);
    Progress progress;
    try {
      open->verify("", true, progress);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unreachable) << name;
    }
    EXPECT_EQ(world.blobs.blobs(), whole) << "nothing is marked as damaged";
    world.blobs.break_reading("");
  }
}

TEST_P(DamageTest, BothHeadersDamagedIsSaid) {
  world.blobs.flip("header", 20);
  world.blobs.flip("header.2", 20);
  try {
    world.open();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
  }
}

TEST_P(DamageTest, TheNextCaptureHealsTheHeader) {
  world.blobs.flip("header", 20);
  world.blobs.erase("header.2");
  world.blobs.replace("header.2", whole.at("header.2"));
  world.capture(*world.open());
  EXPECT_EQ(world.blobs.blobs().at("header"), whole.at("header"));
}

TEST_P(DamageTest, AfterVerifyTheNextCaptureStoresAgainWhatWasDamaged) {
  for (const auto& [name, blob] : whole) {
    if (is_pack(name)) world.blobs.flip(name, blob.size() / 2);
  }
  EXPECT_GT(damaged_files(world.restore(*vault)), 0U);
  Progress progress;
  vault->verify("", true, progress);
  const std::string next = world.capture(*vault).capture_id;
  EXPECT_EQ(world.restore(*vault), source);
  EXPECT_THAT(vault->verify(next, true, progress).damages, IsEmpty());
}

TEST_P(DamageTest, ATruncatedPackIsNotReferredToAgain) {
  for (const auto& [name, blob] : whole) {
    if (is_pack(name)) world.blobs.replace(name, Bytes(blob.begin(), blob.begin() + 300));
  }
  world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), source);
}

}  // namespace
}  // namespace rehome::store
