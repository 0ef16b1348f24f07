// SPDX-License-Identifier: Apache-2.0
// A vault whose blobs a server keeps: the same captures and restores as in a folder, over the wire and with the keys
// that a site hands out.

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "base/core/error.h"
#include "flow/load/load.h"
#include "flow/store/keeper.h"
#include "flow/store/vault.h"
#include "tests/support/http_place.h"
#include "tests/support/permitted_blobs.h"
#include "tests/support/vault_world.h"

namespace rehome {
namespace {

using testing::code_of;
using ::testing::IsEmpty;
using testing::noise;
using testing::PermittedBlobs;
using ::testing::SizeIs;
using testing::VaultWorld;

class VaultOverHttp : public ::testing::Test {
 protected:
  VaultOverHttp() {
    world.machine.add_file("/home/ann/letter", "Dear Bob");
    world.machine.add_file("/home/ann/photo", noise(6'000'000, 1));
    world.machine.add_symlink("/home/ann/link", "letter");
    world.machine.add_file("/home/bob/secret", noise(700'000, 2));
  }
  static Secret vault_key() { return Secret(as_bytes("a vault key, all 32 bytes of it.")); }
  static store::Keys source_keys() {
    store::Keys keys;
    keys.vault_key = vault_key();
    return keys;
  }
  std::unique_ptr<store::Vault> create() {
    return store::create_vault({*remote}, source_keys(), {}, world.random, world.clock);
  }
  std::unique_ptr<store::Vault> open() {
    return store::open_vault({*remote}, source_keys(), world.random, world.clock);
  }

  testing::HttpStoreServer server;
  transport::HttpClient client{testing::client_options(server)};
  std::unique_ptr<BlobStore> remote = transport::open_http_blob_store(client, "");
  testing::OwnedOverHttp keeper{server};
  VaultWorld world;
};

TEST_F(VaultOverHttp, CapturesTwiceAndRestores) {
  const auto vault = create();
  const std::string first = world.capture(*vault).capture_id;
  const auto before = world.source();
  EXPECT_EQ(world.restore(*open()), before);
  world.machine.add_file("/home/ann/letter", "Dear Carl");
  world.read_files.clear();
  const std::string second = world.capture(*open()).capture_id;
  EXPECT_EQ(world.read_files, std::set<std::string>{"letter"});
  EXPECT_LT(world.last_stored, 20'000U);
  EXPECT_EQ(world.restore(*open()), world.source());
  EXPECT_EQ(world.restore(*open(), first), before);
  Progress progress;
  EXPECT_THAT(vault->verify("", true, progress).damages, IsEmpty());
  for (const std::string& capture : {first, second}) EXPECT_EQ(store::first_missing(keeper, capture), std::nullopt);
}

TEST_F(VaultOverHttp, AKilledCaptureIsResumedAndTheKeeperTidiesUp) {
  create();
  world.clock.advance(std::chrono::minutes(10));
  {
    world.scan(*open()->begin_capture(), {"ann"});
  }
  world.read_files.clear();
  const std::string capture = world.capture(*open()).capture_id;
  EXPECT_EQ(world.read_files, std::set<std::string>{"secret"});
  EXPECT_THAT(store::list_kept(keeper), SizeIs(2));
  store::tidy_after_capture(keeper, capture);
  EXPECT_THAT(store::list_kept(keeper), SizeIs(1));
  EXPECT_EQ(world.restore(*open()), world.source());
  store::remove_vault(keeper);
  EXPECT_THAT(remote->list(""), IsEmpty());
}

TEST_F(VaultOverHttp, WhoHasOnlyAnnsKeyGetsAnnAndNothingOfBob) {
  const auto vault = create();
  const CaptureInfo info = world.capture(*vault);
  const AccountNumber ann = info.accounts[0].number, bob = info.accounts[1].number;
  store::Keys keys;
  keys.account_keys = store::account_keys(vault->info().vault_id, vault_key(), std::array{ann});
  const store::ReadPermit permit(keeper, info.capture_id, {ann});
  PermittedBlobs permitted(*remote, [&](std::string_view name) { return permit.allows(name); });
  const auto hers = store::open_vault({permitted}, keys, world.random, world.clock);
  EXPECT_EQ(world.restore(*hers, info.capture_id), world.source({"ann"}));
  EXPECT_THAT(world.findings.found, IsEmpty());
  EXPECT_THAT(permitted.refused(), IsEmpty());

  // load asks for the system's objects too, whatever keys there are.
  MemoryMachine destination(MachineFlavour::linux, world.clock);
  load::LoadOptions options;
  options.accounts = {ann};
  Progress progress;
  load::load(*hers->open_capture(info.capture_id), destination, nullptr, options, world.findings, progress);
  EXPECT_EQ(destination.files().content_of("/home/ann/letter"), "Dear Bob");
  EXPECT_THAT(destination.accounts().list(), SizeIs(1));
  EXPECT_THAT(permitted.refused(), IsEmpty());
  for (const Finding& finding : world.findings.found) EXPECT_NE(finding.kind, FindingKind::damaged) << finding.message;

  // Neither the blobs nor, with all of them at hand, the key give anything of bob.
  EXPECT_FALSE(permit.allows("captures/" + info.capture_id + "/" + std::to_string(bob) + ".0"));
  for (const BlobInfo& pack : remote->list("packs/" + std::to_string(bob))) EXPECT_FALSE(permit.allows(pack.name));
  const auto state = store::open_vault({*remote}, keys, world.random, world.clock)->open_capture("");
  EXPECT_EQ(world.restore(*state), world.source({"ann"}));
  state->visit(std::array{bob}, world.findings, [](const Object&) { FAIL(); });
  store::Keys forged;
  forged.account_keys.emplace(bob, keys.account_keys.at(ann).clone());
  const auto his = store::open_vault({*remote}, forged, world.random, world.clock);
  EXPECT_EQ(code_of([&] { his->open_capture(info.capture_id); }), ErrorCode::wrong_key);
}

}  // namespace
}  // namespace rehome
