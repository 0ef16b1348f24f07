// SPDX-License-Identifier: Apache-2.0
// Invariant: the key of an account opens that account and nothing else (S11).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "flow/store/internal/capture_list.h"
#include "flow/store/internal/capture_reader.h"
#include "flow/store/internal/framed_blob.h"
#include "flow/store/internal/key_slots.h"
#include "flow/store/internal/pack_reader.h"
#include "flow/store/vault.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::code_of;
using rehome::testing::StringConsumer;
using rehome::testing::VaultWorld;
using ::testing::IsEmpty;

Secret secret(std::string_view text) { return Secret(as_bytes(text)); }

Keys site_keys(std::string_view vault_key = "0123456789abcdef0123456789abcdef") {
  Keys keys;
  keys.vault_key = secret(vault_key);
  return keys;
}

/// A destination has keys of some accounts only.
class AccountKeyTest : public ::testing::Test {
 protected:
  AccountKeyTest() {
    world.machine.add_file("/home/ann/hers", "of ann");
    world.machine.add_file("/home/bob/his", "of bob");
    const auto vault = create_vault({world.blobs}, site_keys(), {}, world.random, world.clock);
    vault_id = vault->info().vault_id;
    info = world.capture(*vault);
    ann = info.accounts[0].number;
    bob = info.accounts[1].number;
  }
  Keys keys_of(const std::vector<AccountNumber>& numbers) const {
    Keys keys;
    keys.account_keys = account_keys(vault_id, *site_keys().vault_key, numbers);
    return keys;
  }
  std::unique_ptr<Vault> open(const Keys& keys) { return open_vault({world.blobs}, keys, world.random, world.clock); }
  std::unique_ptr<CapturedState> capture(const std::vector<AccountNumber>& numbers) {
    return open(keys_of(numbers))->open_capture("");
  }
  ErrorCode code_of_capture(const std::vector<AccountNumber>& numbers) {
    return code_of([&] { capture(numbers); });
  }
  CaptureId capture_id() const { return *id_of_hex<CaptureId>(info.capture_id); }
  void replace_header(const Header& header) {
    for (const Copy copy : {Copy::first, Copy::second}) world.blobs.replace(header_name(copy), encode_header(header));
  }
  void replace_manifest(const Manifest& manifest) {
    for (const Copy copy : {Copy::first, Copy::second}) {
      world.blobs.replace(complete_name(capture_id(), copy), encode_manifest(manifest));
    }
  }
  BlobName last_segment(AccountNumber account, Copy copy) const { return segment_name(capture_id(), account, 0, copy); }

  VaultWorld world;
  std::string vault_id;
  CaptureInfo info;
  AccountNumber ann = 0, bob = 0;
};

TEST_F(AccountKeyTest, TheKeyOfOneAccountRestoresThatAccount) {
  const auto vault = open(keys_of({ann}));
  const auto state = vault->open_capture("");
  EXPECT_EQ(world.restore(*state), world.source({"ann"}));
  ASSERT_EQ(state->info().accounts.size(), 1U);
  EXPECT_EQ(state->info().accounts[0].account.name, "ann");
  EXPECT_EQ(state->info().computer_name, "source-pc");
  EXPECT_EQ(vault->captures().at(0).info->accounts.size(), 1U);
  Progress progress;
  EXPECT_THAT(vault->verify("", true, progress).damages, IsEmpty());
}

TEST_F(AccountKeyTest, ItShowsNothingOfAnyOther) {
  const auto state = capture({ann});
  for (const Group& group : state->info().groups) EXPECT_EQ(group.name, "ann");
  const std::array<AccountNumber, 2> others = {kSystemAccount, bob};
  state->visit(others, world.findings, [](const Object&) { FAIL(); });
  EXPECT_THAT(state->findings(others), IsEmpty());
  EXPECT_THAT(world.findings.found, IsEmpty());
}

TEST_F(AccountKeyTest, ItOpensNothingOfAnyOther) {
  const Header header = read_header(world.blobs);
  const VaultContext context{world.blobs,  nullptr,    nullptr, "", header, unlock(header, keys_of({ann})),
                             world.random, world.clock};
  EXPECT_EQ(code_of([&] { read_segment(context, {capture_id(), bob, 0}); }), ErrorCode::wrong_key);
  EXPECT_EQ(code_of([&] { read_segment(context, {capture_id(), kSystemAccount, 0}); }), ErrorCode::wrong_key);
  for (const auto& [place, size] : list_packs(world.blobs)) {
    if (place.account != bob) continue;
    EXPECT_EQ(code_of([&] { PackReader(world.blobs, context.keys, header.vault, place); }), ErrorCode::wrong_key);
  }
  const auto whole = open(site_keys())->open_capture("");
  const auto hers = capture({ann});
  whole->visit(std::array{bob}, world.findings, [&](const Object& object) {
    StringConsumer consumer(object.size);
    if (object.kind != NodeKind::file) return;
    EXPECT_THROW(hers->read_content(object, consumer), Error);
  });
}

TEST_F(AccountKeyTest, ThatOfTheSystemDoesNotShowWhoElseThereIs) {
  const auto state = capture({kSystemAccount, ann});
  ASSERT_EQ(state->info().accounts.size(), 1U);
  EXPECT_EQ(state->info().accounts[0].account.name, "ann");
}

TEST_F(AccountKeyTest, AWrongOneIsSaidToBeWrong) {
  Keys keys;
  keys.account_keys.emplace(ann, keys_of({bob}).account_keys.at(bob).clone());
  EXPECT_EQ(code_of([&] { open(keys)->open_capture(""); }), ErrorCode::wrong_key);
  Keys both = keys_of({bob});
  both.account_keys.emplace(ann, secret("another key, of thirty-two bytes"));
  EXPECT_EQ(code_of([&] { open(both)->open_capture(""); }), ErrorCode::wrong_key);
  EXPECT_FALSE(open(keys)->captures().at(0).info);
}

TEST_F(AccountKeyTest, DamageIsNotTakenForAWrongOne) {
  for (const Copy copy : {Copy::first, Copy::second}) world.blobs.flip(last_segment(ann, copy), 30);
  EXPECT_EQ(code_of_capture({ann}), ErrorCode::corrupt);
}

TEST_F(AccountKeyTest, OnesThatCannotBeAreRefused) {
  Keys keys = keys_of({ann});
  keys.vault_key = site_keys().vault_key->clone();
  EXPECT_EQ(code_of([&] { open(keys); }), ErrorCode::invalid_argument);
  Keys brief;
  brief.account_keys.emplace(ann, secret("short"));
  EXPECT_EQ(code_of([&] { open(brief); }), ErrorCode::invalid_argument);
}

TEST_F(AccountKeyTest, NothingIsCapturedWithThem) {
  world.blobs.flip("header.2", 20);  // which a capture would put right
  const auto before = world.blobs.blobs();
  EXPECT_EQ(code_of([&] { open(keys_of({ann}))->begin_capture(); }), ErrorCode::wrong_key);
  EXPECT_EQ(world.blobs.blobs(), before);
}

/// Nobody without the vault key can tell whether a header is the one that was written. So whatever of it is changed
/// either keeps the store from opening or means nothing.
TEST_F(AccountKeyTest, AChangedHeaderChangesNothing) {
  const Bytes parameters = header_parameters(read_header(world.blobs));
  const auto source = world.source({"ann"});
  for (std::size_t offset = 0; offset < parameters.size(); ++offset) {
    for (const std::uint8_t mask : {0x01, 0x03, 0x80}) {
      Bytes body = parameters;
      body[offset] ^= mask;
      ByteWriter(body).bytes(Digest{});
      for (const Copy copy : {Copy::first, Copy::second}) {
        world.blobs.replace(header_name(copy), frame_blob("RHVAULT\n", body));
      }
      try {
        EXPECT_EQ(world.restore(*capture({ann})), source) << offset;
        EXPECT_THAT(world.findings.found, IsEmpty()) << offset;
      } catch (const Error&) {
        // Nothing was handed over.
      }
    }
  }
}

TEST_F(AccountKeyTest, AHeaderThatSaysUnencryptedIsRefused) {
  Header header = read_header(world.blobs);
  header.encrypted = false;
  replace_header(header);
  EXPECT_EQ(code_of_capture({ann}), ErrorCode::invalid_argument);
}

TEST_F(AccountKeyTest, AHeaderOfAnotherKindOrVaultIsRefused) {
  const Header header = read_header(world.blobs);
  Header changed = header;
  changed.kind = StoreKind::uncompressed;
  replace_header(changed);
  EXPECT_EQ(code_of_capture({ann}), ErrorCode::wrong_key);
  changed = header;
  changed.vault.bytes[0] ^= 1;
  replace_header(changed);
  EXPECT_EQ(code_of_capture({ann}), ErrorCode::wrong_key);
}

TEST_F(AccountKeyTest, SlotsThatNobodyProvedAreNotShown) {
  Header header = read_header(world.blobs);
  header.slots.push_back({SlotType::recovery_key, Bytes(112, 7)});
  replace_header(header);
  EXPECT_THAT(open(keys_of({ann}))->info().slots, IsEmpty());
  EXPECT_EQ(world.restore(*capture({ann})), world.source({"ann"}));
}

TEST_F(AccountKeyTest, AnAccountThatTheManifestLeavesOutIsMissed) {
  Manifest manifest = read_manifest(world.blobs, capture_id());
  std::erase_if(manifest.accounts, [&](const ManifestAccount& account) { return account.account == bob; });
  replace_manifest(manifest);
  EXPECT_EQ(code_of_capture({ann, bob}), ErrorCode::not_found);
  EXPECT_EQ(world.restore(*capture({ann})), world.source({"ann"}));
}

TEST_F(AccountKeyTest, AnAccountWhoseRecordIsLostIsMissed) {
  for (const Copy copy : {Copy::first, Copy::second}) world.blobs.erase(last_segment(bob, copy));
  EXPECT_EQ(code_of_capture({ann, bob}), ErrorCode::not_found);
  EXPECT_EQ(world.restore(*capture({ann})), world.source({"ann"}));
}

}  // namespace
}  // namespace rehome::store
