// SPDX-License-Identifier: Apache-2.0
// The format holds still: with the same random numbers, clock and files, every blob of a vault comes out as it lies in
// tests/golden, and what lies there can be read. After a change of the format that is meant (and has a new version
// number and a page in docs/store-format.md), run once with REHOME_ACCEPT_GOLDEN=1: that writes the files and skips.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "flow/store/vault.h"
#include "tests/support/source_folder.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::MapBlobStore;
using rehome::testing::noise;
using rehome::testing::VaultWorld;
namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".bin";

fs::path folder_of(bool encrypted) {
  return rehome::testing::source_folder() / "tests/golden" / (encrypted ? "store-1-encrypted" : "store-1-plain");
}

MapBlobStore::Blobs read_golden(const fs::path& folder) {
  MapBlobStore::Blobs blobs;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::string name = entry.path().lexically_relative(folder).string();
    name.resize(name.size() - kSuffix.size());
    std::ifstream in(entry.path(), std::ios::binary);
    blobs[name] = Bytes(std::istreambuf_iterator<char>(in), {});
  }
  return blobs;
}

void write_golden(const fs::path& folder, const MapBlobStore::Blobs& blobs) {
  fs::remove_all(folder);
  for (const auto& [name, blob] : blobs) {
    const fs::path path = folder / (name + std::string(kSuffix));
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << as_text(blob);
  }
}

class GoldenTest : public ::testing::TestWithParam<bool> {
 protected:
  GoldenTest() : world(GetParam()) {
    world.machine.add_file("/home/ann/letter.txt", "Dear Bob,\n" + std::string(400, '-') + "\nyours, Ann\n");
    world.machine.add_file("/home/ann/noise", noise(300));
    world.machine.add_symlink("/home/ann/link", "letter.txt");
    world.machine.add_folder("/home/bob/empty folder");
    world.machine.files().edit("/home/ann/letter.txt", [](Metadata& metadata) {
      metadata.mode = 0640;
      metadata.attributes = {{"user.note", {1, 2, 3}}};
    });
  }
  VaultWorld world;
};
INSTANTIATE_TEST_SUITE_P(EncryptedAndPlain, GoldenTest, ::testing::Bool());

TEST_P(GoldenTest, WhatIsWrittenIsWhatWasWrittenAlways) {
  Keys keys = world.keys();
  if (GetParam()) keys.passphrase = Secret(as_bytes("correct horse battery staple"));
  const auto vault = create_vault({world.blobs}, keys, {}, world.random, world.clock);
  world.capture(*vault);
  if (std::getenv("REHOME_ACCEPT_GOLDEN") != nullptr) {
    write_golden(folder_of(GetParam()), world.blobs.blobs());
    GTEST_SKIP() << "wrote " << folder_of(GetParam()) << " instead of comparing with it";
  }
  const MapBlobStore::Blobs golden = read_golden(folder_of(GetParam()));
  const MapBlobStore::Blobs now = world.blobs.blobs();
  for (const auto& [name, blob] : golden) {
    ASSERT_TRUE(now.contains(name)) << name;
    EXPECT_EQ(rehome::to_hex(now.at(name)), rehome::to_hex(blob)) << name;
  }
  EXPECT_EQ(now.size(), golden.size());
}

TEST_P(GoldenTest, WhatWasWrittenCanBeRead) {
  for (const auto& [name, blob] : read_golden(folder_of(GetParam()))) world.blobs.replace(name, blob);
  const auto vault = world.open();
  EXPECT_EQ(world.restore(*vault), world.source());
  Progress progress;
  EXPECT_TRUE(vault->verify("", true, progress).damages.empty());
  if (!GetParam()) return;
  Keys passphrase;
  passphrase.passphrase = Secret(as_bytes("correct horse battery staple"));
  EXPECT_EQ(world.restore(*open_vault({world.blobs}, passphrase, world.random, world.clock)), world.source());
}

}  // namespace
}  // namespace rehome::store
