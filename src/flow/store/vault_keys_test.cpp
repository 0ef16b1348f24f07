// SPDX-License-Identifier: Apache-2.0
// Invariant: a restore needs a key for one slot and nothing else; without one nothing can be read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec/sealed_box.h"
#include "base/core/error.h"
#include "flow/store/internal/framed_blob.h"
#include "flow/store/internal/key_slots.h"
#include "flow/store/vault.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::code_of;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;

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

Keys site_keys(std::string_view vault_key = "0123456789abcdef0123456789abcdef") {
  Keys keys;
  keys.vault_key = secret(vault_key);
  return keys;
}

TEST(SiteKeys, TheKeyGivenIsTheVaultsAndHasNoSlot) {
  VaultWorld world;
  world.machine.add_file("/home/ann/letter", "Dear Bob");
  const KeyPair pair = make_key_pair();
  VaultOptions options;
  options.recovery_key = pair.public_key;
  options.vault_id = std::string(32, 'a');
  const auto vault = create_vault({world.blobs}, site_keys(), options, world.random, world.clock);
  world.capture(*vault);
  EXPECT_EQ(vault->info().vault_id, options.vault_id);
  ASSERT_EQ(vault->info().slots.size(), 1U);
  EXPECT_EQ(vault->info().slots[0].type, "recovery key");
  Keys recovery;
  recovery.recovery_secret = pair.secret_key.clone();
  for (const Keys& keys : {site_keys(), std::move(recovery)}) {
    EXPECT_EQ(world.restore(*open_vault({world.blobs}, keys, world.random, world.clock)), world.source());
  }
}

TEST(SiteKeys, AnotherVaultKeyOpensNothing) {
  VaultWorld world;
  create_vault({world.blobs}, site_keys(), {}, world.random, world.clock);
  const auto attempt = [&](const Keys& keys) {
    return code_of([&] { open_vault({world.blobs}, keys, world.random, world.clock); });
  };
  EXPECT_EQ(attempt(site_keys("0123456789abcdef0123456789abcdeF")), ErrorCode::wrong_key);
  EXPECT_EQ(attempt(site_keys("too short")), ErrorCode::invalid_argument);
  Header header = read_header(world.blobs);
  header.compression_level = 4;
  for (const Copy copy : {Copy::first, Copy::second}) world.blobs.replace(header_name(copy), encode_header(header));
  EXPECT_EQ(attempt(site_keys()), ErrorCode::wrong_key);
}

TEST(SiteKeys, AVaultIsMadeOfSoundOnesOnly) {
  VaultWorld world;
  const auto attempt = [&](const Keys& keys, const VaultOptions& options) {
    return code_of([&] { create_vault({world.blobs}, keys, options, world.random, world.clock); });
  };
  EXPECT_EQ(attempt(site_keys("too short"), {}), ErrorCode::invalid_argument);
  VaultOptions options;
  options.vault_id = "../elsewhere";
  EXPECT_EQ(attempt(site_keys(), options), ErrorCode::invalid_argument);
  Keys single;
  single.account_keys.emplace(1, secret("0123456789abcdef0123456789abcdef"));
  EXPECT_EQ(attempt(single, {}), ErrorCode::invalid_argument);
  EXPECT_THAT(world.blobs.blobs(), IsEmpty());
}

TEST(SiteKeys, KeysOfAccountsAreMadeFromTheVaultKey) {
  const Secret key = secret("0123456789abcdef0123456789abcdef");
  const std::string id(32, 'a');
  const std::array<AccountNumber, 2> numbers = {1, 3};
  const auto keys = account_keys(id, key, numbers);
  ASSERT_EQ(keys.size(), 2U);
  const KeyRing ring = KeyRing::of_vault(*id_of_hex<VaultId>(id), key.clone());
  for (const AccountNumber number : numbers) {
    EXPECT_TRUE(std::ranges::equal(keys.at(number).view(), ring.account_key(number).view()));
  }
  EXPECT_EQ(code_of([&] { account_keys("no id", key, numbers); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { account_keys(id, secret("short"), numbers); }), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace rehome::store
