// SPDX-License-Identifier: Apache-2.0
// The format holds still: with the same random numbers, clock and files, every blob and plain file of a vault of each
// kind comes out as it lies in tests/golden, and what lies there can be read. After a change of the format that is
// meant (and has a new version number and a page in docs/store-format.md), run once with REHOME_ACCEPT_GOLDEN=1: that
// writes the files and skips.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <utility>

#include "base/core/bytes.h"
#include "base/core/error.h"
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

struct Kind {
  std::string name;
  StoreKind kind = StoreKind::compressed;
  bool encrypted = false;
};

fs::path folder_of(const Kind& kind) {
  return rehome::testing::source_folder() / "tests/golden" / ("store-1-" + kind.name);
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

class GoldenTest : public ::testing::TestWithParam<Kind> {
 protected:
  GoldenTest() : world(GetParam().encrypted) {
    if (is_linked()) files.mount("/home");  // so that there is a sister
    if (has_tree()) world.use_folder();
    world.machine.add_file("/home/ann/letter.txt", "Dear Bob,\n" + std::string(400, '-') + "\nyours, Ann\n");
    world.machine.add_file("/home/ann/noise", noise(300));
    world.machine.add_symlink("/home/ann/link", "letter.txt");
    world.machine.add_folder("/home/bob/empty folder");
    files.edit("/home/ann/letter.txt", [](Metadata& metadata) {
      metadata.mode = 0640;
      metadata.attributes = {{"user.note", {1, 2, 3}}};
    });
  }

  bool is_linked() const { return GetParam().kind == StoreKind::hard_link; }
  bool has_tree() const { return GetParam().kind != StoreKind::compressed; }
  VaultPlace place() { return has_tree() ? VaultPlace{world.blobs, &files, kStore} : VaultPlace{world.blobs}; }
  MachinePath sister() { return "/home/.rehome-" + peek_vault(world.blobs)->vault_id; }

  /// The blobs, and the plain files beside them as "Tree/..." and "sister/...".
  MapBlobStore::Blobs whole_store() {
    MapBlobStore::Blobs all = world.blobs.blobs();
    if (!has_tree()) return all;
    for (const auto& [name, root] : {std::pair(kTree, kStore + "/Tree"), std::pair(kSister, sister())}) {
      if (!files.exists(root)) continue;
      for (const MachinePath& path : files.paths_below(root)) {
        if (files.inspect(path).kind != NodeKind::file) continue;
        const std::string content = files.content_of(path);
        const ByteView bytes = as_bytes(content);
        all[name + path.substr(root.size())] = Bytes(bytes.begin(), bytes.end());
      }
    }
    return all;
  }

  void put_back(const MapBlobStore::Blobs& golden) {
    for (const auto& [name, content] : golden) {
      if (!name.starts_with(kTree) && !name.starts_with(kSister)) world.blobs.replace(name, content);
    }
    if (!has_tree()) return;
    for (const auto& [name, content] : golden) {
      if (name.starts_with(kTree)) put_file_back(kStore + "/Tree" + name.substr(kTree.size()), content);
      if (name.starts_with(kSister)) put_file_back(sister() + name.substr(kSister.size()), content);
    }
    for (const MachinePath& root : {kStore + "/Tree", sister()}) {
      if (files.exists(root)) files.edit(root, [](Metadata& metadata) { metadata.mode = 0700; });
    }
  }

  VaultWorld world;
  MemoryFileTree& files = world.machine.files();

 private:
  static inline const std::string kStore = "/store";
  static inline const std::string kTree = "Tree";
  static inline const std::string kSister = "sister";

  /// The tree that was put back is another folder, and a sister notes which it belongs to.
  Bytes bound_anew(Bytes bond) {
    constexpr std::size_t kTokenSize = 16;
    bond.resize(kTokenSize);
    ByteWriter out(bond);
    for (const char* node : {"/Tree", "/Tree/token"}) out.u64(files.inspect(kStore + node).inode);
    return bond;
  }

  /// What was linked is a further name of the file that the fixture made: it has the same inode every time.
  void put_file_back(const MachinePath& path, const Bytes& content) {
    constexpr std::string_view kOfAnn = "/1/home/";
    const std::size_t rest = path.find(kOfAnn);
    if (path == sister() + "/bond") {
      files.add_file(path, as_text(bound_anew(content)));
    } else if (is_linked() && rest != std::string::npos) {
      files.add_link(path, "/home/ann/" + path.substr(rest + kOfAnn.size()));
    } else {
      files.add_file(path, as_text(content));
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Every, GoldenTest,
                         ::testing::Values(Kind{"plain"}, Kind{"encrypted", StoreKind::compressed, true},
                                           Kind{"uncompressed", StoreKind::uncompressed},
                                           Kind{"hard-link", StoreKind::hard_link}),
                         [](const auto& kind) {
                           return kind.param.kind == StoreKind::hard_link ? "linked" : kind.param.name;
                         });

TEST_P(GoldenTest, WhatIsWrittenIsWhatWasWrittenAlways) {
  Keys keys = world.keys();
  if (GetParam().encrypted) keys.passphrase = Secret(as_bytes("correct horse battery staple"));
  VaultOptions options;
  options.kind = GetParam().kind;
  const auto vault = create_vault(place(), keys, options, world.random, world.clock);
  world.capture(*vault);
  const MapBlobStore::Blobs now = whole_store();
  if (std::getenv("REHOME_ACCEPT_GOLDEN") != nullptr) {
    write_golden(folder_of(GetParam()), now);
    GTEST_SKIP() << "wrote " << folder_of(GetParam()) << " instead of comparing with it";
  }
  const MapBlobStore::Blobs golden = read_golden(folder_of(GetParam()));
  for (const auto& [name, blob] : golden) {
    ASSERT_TRUE(now.contains(name)) << name;
    EXPECT_EQ(rehome::to_hex(now.at(name)), rehome::to_hex(blob)) << name;
  }
  EXPECT_EQ(now.size(), golden.size());
}

TEST_P(GoldenTest, WhatWasWrittenCanBeRead) {
  put_back(read_golden(folder_of(GetParam())));
  const auto vault = open_vault(place(), world.keys(), world.random, world.clock);
  EXPECT_EQ(world.restore(*vault), world.source());
  Progress progress;
  EXPECT_TRUE(vault->verify("", true, progress).damages.empty());
  if (!GetParam().encrypted) return;
  Keys passphrase;
  passphrase.passphrase = Secret(as_bytes("correct horse battery staple"));
  EXPECT_EQ(world.restore(*open_vault(place(), passphrase, world.random, world.clock)), world.source());
}

class EarlierGoldenTest : public GoldenTest {};
INSTANTIATE_TEST_SUITE_P(Sisters, EarlierGoldenTest, ::testing::Values(Kind{"hard-link-unbound", StoreKind::hard_link}),
                         [](const auto&) { return "unbound"; });

TEST_P(EarlierGoldenTest, WhatEarlierVersionsWroteCanBeRead) {
  put_back(read_golden(folder_of(GetParam())));
  const auto vault = open_vault(place(), world.keys(), world.random, world.clock);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_THROW(vault->remove(""), Error) << "whose sister it is cannot be told";
  EXPECT_EQ(world.restore(*vault), world.source());
}

}  // namespace
}  // namespace rehome::store
