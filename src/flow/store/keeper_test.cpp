// SPDX-License-Identifier: Apache-2.0
// Invariant: who keeps the blobs of others needs no key to tell what lies there, who may read it and what may go, and
// nothing that a source puts there makes them wrong about another capture.
#include "flow/store/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "flow/store/internal/key_slots.h"
#include "flow/store/internal/manifest.h"
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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr std::uint64_t kMostCalls = 500;

/// A computer that captures into blobs it does not own, and their keeper.
class KeeperTest : public ::testing::Test {
 protected:
  KeeperTest() {
    world.machine.add_file("/home/ann/letter", noise(600'000, 1));
    world.machine.add_file("/home/bob/his", noise(700'000, 2));
    vault = create_vault({static_cast<BlobStore&>(blobs)}, world.keys(), {}, world.random, world.clock);
    const CaptureInfo info = world.capture(*vault);
    first = info.capture_id;
    ann = info.accounts[0].number;
    bob = info.accounts[1].number;
  }
  /// Everything of ann's is new; what bob has stays.
  std::string capture_again() {
    world.machine.add_file("/home/ann/letter", noise(650'000, 3));
    return world.capture(*vault).capture_id;
  }
  void leave_unfinished() {
    world.machine.add_file("/home/ann/more", noise(600'000, 4));
    world.scan(*vault->begin_capture(), {"ann"});
  }
  std::vector<std::string> packs_of(AccountNumber account) {
    std::vector<std::string> names;
    for (const BlobInfo& blob : blobs.list("packs/" + std::to_string(account))) names.push_back(blob.name);
    return names;
  }
  CaptureId id_of(const std::string& capture) const { return *id_of_hex<CaptureId>(capture); }
  void replace_manifest(const std::string& capture, const Manifest& manifest) {
    for (const Copy copy : {Copy::first, Copy::second}) {
      blobs.replace(complete_name(id_of(capture), copy), encode_manifest(manifest));
    }
  }

  VaultWorld world;
  MapBlobStore& blobs = world.blobs;
  std::unique_ptr<Vault> vault;
  std::string first;
  AccountNumber ann = 0, bob = 0;
};

TEST_F(KeeperTest, ListsCapturesWithWhatEachAccountTakes) {
  leave_unfinished();
  const std::vector<KeptCapture> kept = list_kept(blobs);
  ASSERT_THAT(kept, SizeIs(2));
  EXPECT_EQ(kept[0].state, KeptState::incomplete);
  EXPECT_FALSE(kept[0].finished);
  const KeptCapture& complete = kept[1];
  EXPECT_EQ(complete.capture_id, first);
  EXPECT_EQ(complete.state, KeptState::complete);
  EXPECT_LE(complete.started, complete.finished);
  ASSERT_THAT(complete.accounts, ElementsAre(Key(kSystemAccount), Key(ann), Key(bob)));
  EXPECT_EQ(complete.accounts.at(kSystemAccount).packs, 0U);
  for (const AccountNumber account : {ann, bob}) {
    const KeptAccount& taken = complete.accounts.at(account);
    EXPECT_EQ(taken.segments, 1U);
    EXPECT_EQ(taken.segment_bytes,
              2 * blobs.size_of("captures/" + first + "/" + std::to_string(account) + ".0").value());
    EXPECT_EQ(taken.packs, 1U);
  }
  EXPECT_EQ(complete.accounts.at(bob).pack_bytes, blobs.size_of(packs_of(bob)[0]));
}

TEST_F(KeeperTest, ACaptureWithADamagedManifestIsListedAsDamaged) {
  for (const Copy copy : {Copy::first, Copy::second}) blobs.flip(complete_name(id_of(first), copy), 60);
  const std::vector<KeptCapture> kept = list_kept(blobs);
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept[0].state, KeptState::damaged);
  EXPECT_EQ(kept[0].accounts.at(ann).segments, 1U);
  EXPECT_EQ(code_of([&] { first_missing(blobs, first); }), ErrorCode::corrupt);
}

TEST_F(KeeperTest, WhateverIsMissingOrTooShortIsNamed) {
  EXPECT_EQ(first_missing(blobs, first), std::nullopt);
  for (const auto& [name, blob] : blobs.blobs()) {
    if (name.starts_with("header")) continue;
    blobs.erase(name);
    EXPECT_THAT(first_missing(blobs, first), Optional(HasSubstr(name)));
    if (!name.ends_with("/started")) {
      blobs.replace(name, Bytes(blob.begin(), blob.end() - 1));
      EXPECT_THAT(first_missing(blobs, first), Optional(HasSubstr(name)));
    }
    blobs.replace(name, blob);
  }
  EXPECT_EQ(first_missing(blobs, first), std::nullopt);
  blobs.erase("header");
  EXPECT_EQ(first_missing(blobs, first), std::nullopt);  // one is enough, and the keeper makes the other anew
  blobs.erase("header.2");
  EXPECT_NE(first_missing(blobs, first), std::nullopt);
}

TEST_F(KeeperTest, WhatIsNoCompleteCaptureIsSaidToBeNone) {
  for (const Copy copy : {Copy::first, Copy::second}) blobs.erase(complete_name(id_of(first), copy));
  EXPECT_EQ(code_of([&] { first_missing(blobs, first); }), ErrorCode::incomplete);
  EXPECT_EQ(code_of([&] { ReadPermit(blobs, first, {ann}); }), ErrorCode::incomplete);
  EXPECT_EQ(code_of([&] { tidy_after_capture(blobs, first); }), ErrorCode::incomplete);
  const std::string unknown(32, 'a');
  EXPECT_EQ(code_of([&] { first_missing(blobs, unknown); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { tidy_after_capture(blobs, unknown); }), ErrorCode::not_found);
  for (const std::string& wrong : {std::string(), std::string("../header"), first + "0"}) {
    EXPECT_EQ(code_of([&] { remove_capture(blobs, wrong); }), ErrorCode::invalid_argument);
  }
}

TEST_F(KeeperTest, APermitAllowsWhatTheAccountsNeedAndNothingElse) {
  capture_again();
  const ReadPermit permit(blobs, first, {ann});
  const Manifest manifest = read_manifest(blobs, id_of(first));
  const std::string folder = "captures/" + first + "/", number = std::to_string(ann);
  const std::set<std::string> allowed = {"header",
                                         "header.2",
                                         folder + "started",
                                         folder + "complete",
                                         folder + "complete.b",
                                         folder + number + ".0",
                                         folder + number + ".0b",
                                         pack_name(ann, manifest.find(ann)->packs[0])};
  for (const auto& [name, blob] : blobs.blobs()) EXPECT_EQ(permit.allows(name), allowed.contains(name)) << name;
  const std::string pack = to_hex(manifest.find(ann)->packs[0]);
  for (const std::string& name :
       {folder + number + ".1", folder + "0.0", "damaged/" + number + "/" + pack,
        "packs/" + std::to_string(bob) + "/" + pack, folder + "other", std::string("header.3"), std::string(),
        "packs/" + number + "/../../header", "packs/0" + number + "/" + pack}) {
    EXPECT_FALSE(permit.allows(name)) << name;
  }
}

TEST_F(KeeperTest, APermitIsEnoughToRestoreItsAccountsOverItAlone) {
  capture_again();
  world.machine.add_file("/home/ann/letter", noise(600'000, 1));  // as it was at the first
  const ReadPermit permit(blobs, first, {ann});
  PermittedBlobs permitted(blobs, [&](std::string_view name) { return permit.allows(name); });
  Keys keys;
  const Header header = read_header(blobs);
  keys.account_keys.emplace(ann, unlock(header, world.keys()).account_key(ann));
  const auto opened = open_vault({permitted}, keys, world.random, world.clock);
  EXPECT_EQ(world.restore(*opened, first), world.source({"ann"}));
  EXPECT_THAT(world.findings.found, IsEmpty());
  EXPECT_THAT(permitted.refused(), IsEmpty());
}

TEST_F(KeeperTest, KnowsTheNamesOfAVault) {
  for (const auto& [name, blob] : blobs.blobs()) EXPECT_TRUE(is_vault_blob(name)) << name;
  EXPECT_TRUE(is_vault_blob("damaged/" + packs_of(ann)[0].substr(6)));
  for (const std::string& name :
       {std::string(), std::string("header.3"), std::string("other"), std::string("packs/1/x"),
        "captures/" + first + "/other", "captures/" + first + "/01.0"}) {
    EXPECT_FALSE(is_vault_blob(name)) << name;
  }
}

TEST_F(KeeperTest, RemovesACaptureAndThePacksThatNoOtherLists) {
  const std::string second = capture_again();
  EXPECT_THAT(packs_of(ann), SizeIs(2));
  remove_capture(blobs, first);
  EXPECT_THAT(packs_of(ann), SizeIs(1));
  EXPECT_EQ(first_missing(blobs, second), std::nullopt);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_THAT(list_kept(blobs), SizeIs(1));
  remove_capture(blobs, second);
  EXPECT_THAT(blobs.blobs(), ElementsAre(Key("header"), Key("header.2")));
}

TEST_F(KeeperTest, WhileACaptureMayReferToThemNoPackGoes) {
  leave_unfinished();
  EXPECT_EQ(unlisted_packs(blobs), std::nullopt);
  const std::string unfinished = list_kept(blobs)[0].capture_id;
  const auto packs = packs_of(ann);
  remove_capture(blobs, first);
  EXPECT_EQ(packs_of(ann), packs);
  remove_capture(blobs, unfinished);
  EXPECT_THAT(packs_of(ann), IsEmpty());
}

TEST_F(KeeperTest, ListsThePacksThatNoCaptureLists) {
  EXPECT_THAT(unlisted_packs(blobs), Optional(IsEmpty()));
  const std::string stray = pack_name(7, PackId{});
  blobs.put(stray, Bytes(5));
  const auto found = unlisted_packs(blobs);
  ASSERT_THAT(found, Optional(SizeIs(1)));
  EXPECT_EQ(found->at(0).name, stray);
  EXPECT_EQ(found->at(0).size, 5U);
}

TEST_F(KeeperTest, TidiesUpWhatACaptureLeftToIt) {
  leave_unfinished();
  const std::string second = capture_again();
  EXPECT_THAT(list_kept(blobs), SizeIs(3));
  const auto header = blobs.blobs().at("header");
  blobs.flip("header", 20);
  tidy_after_capture(blobs, second);
  EXPECT_EQ(blobs.blobs().at("header"), header);
  EXPECT_THAT(list_kept(blobs), SizeIs(2));
  EXPECT_THAT(unlisted_packs(blobs), Optional(IsEmpty()));
  for (const std::string& capture : {first, second}) EXPECT_EQ(first_missing(blobs, capture), std::nullopt);
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_F(KeeperTest, TidyingLateLeavesACaptureThatWasBegunSince) {
  const std::string second = capture_again();
  leave_unfinished();
  const auto before = blobs.blobs();
  tidy_after_capture(blobs, second);
  EXPECT_EQ(blobs.blobs(), before);
}

/// Which of the two was written by somebody with the key, a keeper cannot tell.
TEST_F(KeeperTest, TwoHeadersThatDifferAreLeftAlone) {
  Header other = read_header(blobs);
  other.compression_level = 7;
  blobs.replace("header.2", encode_header(other));
  const auto before = blobs.blobs();
  tidy_after_capture(blobs, first);
  EXPECT_EQ(blobs.blobs(), before);
}

TEST_F(KeeperTest, RemovesNothingWhileTheVaultIsLocked) {
  const auto lock = blobs.lock();
  EXPECT_EQ(code_of([&] { remove_capture(blobs, first); }), ErrorCode::busy);
  EXPECT_EQ(code_of([&] { remove_vault(blobs); }), ErrorCode::busy);
  EXPECT_EQ(code_of([&] { tidy_after_capture(blobs, first); }), ErrorCode::busy);
  EXPECT_EQ(world.restore(*vault), world.source());
}

/// A source that makes things up costs itself, not the keeper.
TEST_F(KeeperTest, AManifestThatListsAPackAMillionTimesIsLookedAtOnce) {
  Manifest manifest = read_manifest(blobs, id_of(first));
  manifest.accounts[1].packs.assign(1'000'000, manifest.accounts[1].packs[0]);
  replace_manifest(first, manifest);
  EXPECT_EQ(list_kept(blobs)[0].accounts.at(ann).packs, 1U);
  blobs.die_at(100);
  EXPECT_EQ(first_missing(blobs, first), std::nullopt);
}

TEST_F(KeeperTest, AManifestThatListsAnothersPackGivesNobodyThatPack) {
  Manifest manifest = read_manifest(blobs, id_of(first));
  manifest.accounts[1].packs.push_back(manifest.accounts[2].packs[0]);
  replace_manifest(first, manifest);
  const ReadPermit permit(blobs, first, {ann});
  EXPECT_FALSE(permit.allows(packs_of(bob)[0]));
  EXPECT_THAT(first_missing(blobs, first), Optional(HasSubstr("is missing")));
}

/// Runs `work` with the store dying at each of its calls in turn, and `check` after each death.
template <typename Make, typename Work, typename Check>
void kill_everywhere(const Make& make, const Work& work, const Check& check) {
  for (std::uint64_t n = 1;; ++n) {
    ASSERT_LT(n, kMostCalls);
    const auto scene = make();
    scene->blobs.die_at(n);
    bool died = false;
    try {
      work(*scene);
    } catch (const Error&) {
      died = true;
    }
    scene->blobs.live();
    check(*scene, "at call " + std::to_string(n));
    if (!died) break;
  }
}

class Scene : public KeeperTest {
 public:
  void TestBody() override {}
  using KeeperTest::blobs, KeeperTest::capture_again, KeeperTest::first, KeeperTest::leave_unfinished,
      KeeperTest::vault, KeeperTest::world;
  std::string second;
};

std::unique_ptr<Scene> two_captures() {
  auto scene = std::make_unique<Scene>();
  scene->second = scene->capture_again();
  return scene;
}

TEST(KeeperKill, WhileRemovingACaptureTheOtherStaysWholeAndTheNextRunEndsIt) {
  kill_everywhere(
      two_captures, [](Scene& scene) { remove_capture(scene.blobs, scene.first); },
      [](Scene& scene, const std::string& when) {
        EXPECT_EQ(first_missing(scene.blobs, scene.second), std::nullopt) << when;
        EXPECT_EQ(scene.world.restore(*scene.vault), scene.world.source()) << when;
        remove_capture(scene.blobs, scene.first);
        EXPECT_THAT(list_kept(scene.blobs), SizeIs(1)) << when;
        EXPECT_THAT(unlisted_packs(scene.blobs), Optional(IsEmpty())) << when;
        EXPECT_EQ(scene.world.restore(*scene.vault), scene.world.source()) << when;
      });
}

TEST(KeeperKill, WhileRemovingTheVaultTheNextRunEndsIt) {
  kill_everywhere(
      two_captures, [](Scene& scene) { remove_vault(scene.blobs); },
      [](Scene& scene, const std::string& when) {
        remove_vault(scene.blobs);
        EXPECT_THAT(scene.blobs.blobs(), IsEmpty()) << when;
      });
}

TEST(KeeperKill, WhileTidyingEveryCaptureStaysWholeAndTheNextRunEndsIt) {
  kill_everywhere(
      [] {
        auto scene = std::make_unique<Scene>();
        scene->leave_unfinished();
        scene->second = scene->capture_again();
        scene->blobs.erase("header.2");
        return scene;
      },
      [](Scene& scene) { tidy_after_capture(scene.blobs, scene.second); },
      [](Scene& scene, const std::string& when) {
        for (const std::string& capture : {scene.first, scene.second}) {
          EXPECT_EQ(first_missing(scene.blobs, capture), std::nullopt) << when;
        }
        tidy_after_capture(scene.blobs, scene.second);
        EXPECT_THAT(list_kept(scene.blobs), SizeIs(2)) << when;
        EXPECT_THAT(scene.blobs.blobs(), Contains(Key("header.2"))) << when;
        EXPECT_THAT(unlisted_packs(scene.blobs), Optional(IsEmpty())) << when;
      });
}

}  // namespace
}  // namespace rehome::store
