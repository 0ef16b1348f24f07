// SPDX-License-Identifier: Apache-2.0
// Invariant: a restore needs a key for one slot and nothing else; without one nothing can be read, and nothing can be
// put in the place of anything else.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec/sealed_box.h"
#include "base/core/error.h"
#include "flow/store/internal/capture_reader.h"
#include "flow/store/internal/framed_blob.h"
#include "flow/store/internal/key_slots.h"
#include "flow/store/vault.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::CountingRandom;
using rehome::testing::MapBlobStore;
using rehome::testing::noise;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;
using ::testing::Not;

template <typename Call>
ErrorCode code_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::io;
}

Secret secret(std::string_view text) { return Secret(as_bytes(text)); }

TEST(Keys, EverySlotOpensTheVaultByItself) {
  VaultWorld world;
  world.machine.add_file("/home/ann/letter", "Dear Bob");
  const KeyPair pair = make_key_pair();
  VaultOptions options;
  options.recovery_key = pair.public_key;
  Keys all;
  all.passphrase = secret("correct horse");
  all.key_file = secret("sixteen bytes or more");
  const auto vault = create_vault({world.blobs}, all, options, world.random, world.clock);
  world.capture(*vault);
  ASSERT_EQ(vault->info().slots.size(), 3U);
  EXPECT_EQ(vault->info().slots[2].type, "recovery key");
  EXPECT_EQ(vault->info().slots[2].label, rehome::to_hex(pair.public_key).substr(0, 16));
  std::array<Keys, 3> single;
  single[0].passphrase = secret("correct horse");
  single[1].key_file = secret("sixteen bytes or more");
  single[2].recovery_secret = pair.secret_key.clone();
  for (const Keys& keys : single) {
    EXPECT_EQ(world.restore(*open_vault({world.blobs}, keys, world.random, world.clock)), world.source());
  }
}

TEST(Keys, WrongOnesOpenNothing) {
  VaultWorld world;
  Keys right;
  right.passphrase = secret("correct horse");
  create_vault({world.blobs}, right, {}, world.random, world.clock);
  const auto attempt = [&](const Keys& keys) {
    return code_of([&] { open_vault({world.blobs}, keys, world.random, world.clock); });
  };
  EXPECT_EQ(attempt({}), ErrorCode::wrong_key);
  Keys wrong;
  wrong.passphrase = secret("correct horsf");
  EXPECT_EQ(attempt(wrong), ErrorCode::wrong_key);
  Keys other_way;
  other_way.key_file = secret("sixteen bytes or more");
  other_way.recovery_secret = make_key_pair().secret_key.clone();
  EXPECT_EQ(attempt(other_way), ErrorCode::wrong_key);
}

TEST(Keys, ThatAreTooShortAreRefused) {
  VaultWorld world;
  Keys keys;
  keys.key_file = secret("short");
  EXPECT_EQ(code_of([&] { create_vault({world.blobs}, keys, {}, world.random, world.clock); }),
            ErrorCode::invalid_argument);
  EXPECT_THAT(world.blobs.blobs(), IsEmpty());
}

TEST(Keys, PlainFileStoresRefuseThem) {
  VaultWorld world;
  for (const StoreKind kind : {StoreKind::hard_link, StoreKind::uncompressed}) {
    VaultOptions options;
    options.kind = kind;
    EXPECT_EQ(code_of([&] { world.create(options); }), ErrorCode::invalid_argument);
  }
}

TEST(Keys, AStoreThatShouldBeEncryptedAndIsNotIsRefused) {
  VaultWorld world(false);
  world.create();
  Keys keys;
  keys.key_file = secret("sixteen bytes or more");
  EXPECT_EQ(code_of([&] { open_vault({world.blobs}, keys, world.random, world.clock); }), ErrorCode::invalid_argument);
}

TEST(Keys, AHeaderChangedWithoutTheKeyIsFound) {
  VaultWorld world;
  world.create();
  Header header = read_header(world.blobs);
  header.chunk_sizes.largest /= 2;
  for (const Copy copy : {Copy::first, Copy::second}) world.blobs.replace(header_name(copy), encode_header(header));
  EXPECT_EQ(code_of([&] { world.open(); }), ErrorCode::corrupt);
}

TEST(Keys, ANewerFormatIsSaidToBeOne) {
  VaultWorld world;
  world.create();
  for (const Copy copy : {Copy::first, Copy::second}) {
    world.blobs.replace(header_name(copy), frame_blob("RHVAULT\n", Bytes(100), kFormatVersion + 1));
  }
  EXPECT_EQ(code_of([&] { world.open(); }), ErrorCode::unsupported_version);
  EXPECT_EQ(code_of([&] { peek_vault(world.blobs); }), ErrorCode::unsupported_version);
}

TEST(Keys, HostileHeadersAreRefusedWithinLimits) {
  Header header;
  header.encrypted = true;
  header.slots.resize(200, {SlotType::key_file, Bytes(10)});
  EXPECT_EQ(code_of([&] { decode_header(encode_header(header)); }), ErrorCode::limit_exceeded);
  header.slots.resize(1);
  header.chunk_sizes.largest = UINT32_MAX;
  EXPECT_EQ(code_of([&] { decode_header(encode_header(header)); }), ErrorCode::corrupt);
  header.chunk_sizes = {.smallest = 1, .average = 3, .largest = 2};
  EXPECT_EQ(code_of([&] { decode_header(encode_header(header)); }), ErrorCode::corrupt);
  Keys keys;
  keys.passphrase = secret("correct horse");
  Header greedy;
  greedy.encrypted = true;
  greedy.slots.push_back({SlotType::passphrase, Bytes(16, 1)});
  ByteWriter payload(greedy.slots[0].payload);
  payload.u32(1'000'000);
  payload.u32(UINT32_MAX);
  payload.bytes(Bytes(48));
  EXPECT_EQ(code_of([&] { unlock(greedy, keys); }), ErrorCode::limit_exceeded);
}

TEST(Keys, NothingReadableLiesInAnEncryptedStore) {
  VaultWorld world;
  const std::string content = "a sentence that nobody else may read";
  world.machine.add_file("/home/ann/a-telling-name", content);
  world.capture(*world.create());
  for (const auto& [name, blob] : world.blobs.blobs()) {
    for (const std::string_view word : {std::string_view(content), std::string_view("telling"), std::string_view("ann"),
                                        std::string_view("source-pc")}) {
      EXPECT_EQ(as_text(blob).find(word), std::string_view::npos) << word << " in " << name;
    }
  }
}

class AccountKeyTest : public ::testing::Test {
 protected:
  AccountKeyTest() {
    world.machine.add_file("/home/ann/hers", "of ann");
    world.machine.add_file("/home/bob/his", "of bob");
    const auto vault = world.create();
    info = world.capture(*vault);
    const Header header = read_header(world.blobs);
    const KeyRing whole = KeyRing::of_vault(header.vault, unlock(header, world.keys()));
    std::map<AccountNumber, Secret> ann;
    ann.emplace(info.accounts[0].number, whole.account_key(info.accounts[0].number));
    context = std::make_shared<const VaultContext>(VaultContext{world.blobs, nullptr, "", header,
                                                                KeyRing::of_accounts(header.vault, std::move(ann)),
                                                                world.random, world.clock});
  }
  VaultWorld world;
  CaptureInfo info;
  std::shared_ptr<const VaultContext> context;
};

TEST_F(AccountKeyTest, TheKeyOfOneAccountRestoresThatAccount) {
  const CaptureReader reader(context, read_manifest(world.blobs, *id_of_hex<CaptureId>(info.capture_id)));
  EXPECT_EQ(world.restore(reader), world.source({"ann"}));
  ASSERT_EQ(reader.info().accounts.size(), 1U);
  EXPECT_EQ(reader.info().accounts[0].account.name, "ann");
  EXPECT_EQ(reader.info().computer_name, "source-pc");
}

TEST_F(AccountKeyTest, ItOpensNothingOfAnyOther) {
  const CaptureReader reader(context, read_manifest(world.blobs, *id_of_hex<CaptureId>(info.capture_id)));
  for (const Group& group : reader.info().groups) EXPECT_EQ(group.name, "ann");
  for (const AccountNumber other : {kSystemAccount, info.accounts[1].number}) {
    EXPECT_EQ(code_of([&] { reader.visit(std::span(&other, 1), world.findings, [](const Object&) { FAIL(); }); }),
              ErrorCode::wrong_key);
  }
}

/// An enemy who can write the store but has no key moves pieces about.
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

TEST_P(SwapTest, AManifestThatLeavesOutAnAccountIsFound) {
  const CaptureId id = *id_of_hex<CaptureId>(info.capture_id);
  Manifest manifest = read_manifest(world.blobs, id);
  manifest.accounts.pop_back();
  for (const Copy copy : {Copy::first, Copy::second}) {
    world.blobs.replace(complete_name(id, copy), encode_manifest(manifest));
  }
  damaged();
  EXPECT_THAT(world.findings.found, Not(IsEmpty()));
}

}  // namespace
}  // namespace rehome::store
