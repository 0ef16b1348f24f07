// SPDX-License-Identifier: Apache-2.0
// What every vault must do, whatever lies in it: tried on compressed ones with and without a key, on copied and on
// linked trees, each in a folder of the fake computer.
#include <chrono>
#include <cstdint>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/core/error.h"
#include "base/core/worker_pool.h"
#include "flow/store/vault.h"
#include "flow/transport/folder_blob_store.h"
#include "tests/support/vault_world.h"

namespace rehome {
namespace {

using store::VerifyReport;
using ::testing::Each;
using ::testing::IsEmpty;
using testing::noise;
using ::testing::Not;
using testing::Restored;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::VaultWorld;

struct Kind {
  std::string name;
  StoreKind kind = StoreKind::compressed;
  bool encrypted = false;
};

/// What a tree keeps about itself.
bool is_note(const MachinePath& path) {
  return path.ends_with("/sisters") || path.ends_with("/token") || path.ends_with("/bond");
}

class StoreKindConformance : public ::testing::TestWithParam<Kind> {
 protected:
  StoreKindConformance() {
    files.mount("/home");  // so that a linked store has a sister
    world.machine.add_file("/home/ann/letter", "Dear Bob");
    world.machine.add_file("/home/ann/empty", "");
    static const std::string large = noise(4'500'000);  // several chunks, and two pieces of a copy
    world.machine.add_file("/home/ann/docs/large", large);
    world.machine.add_file("/home/ann/docs/new\nline \xff", "any byte");
    world.machine.add_symlink("/home/ann/link", "docs/large");
    files.write_into("/home/ann/sparse", 3'000'000, "in the middle");
    files.set_size("/home/ann/sparse", 9'000'000);
    files.set_size("/home/ann/hole", 100'000);
    world.machine.add_file("/home/bob/his", "of another account");
    files.edit("/home/ann/letter", [](Metadata& metadata) {
      metadata.mode = 0640;
      metadata.attributes = {{"user.note", {1, 2, 3}}};
    });
    files.add_folder("/store");
    files.edit("/store", [](Metadata& metadata) { metadata.mode = 0700; });
    store::VaultOptions options;
    options.kind = GetParam().kind;
    vault = store::create_vault(place(), world.keys(), options, world.random, world.clock);
  }

  store::VaultPlace place() {
    blobs = transport::open_folder_blob_store(files.open_for_writing("/store"), "/store");
    return {*blobs, &files, "/store"};
  }
  void open_again() {
    vault.reset();
    vault = store::open_vault(place(), world.keys(), world.random, world.clock);
  }
  bool is_linked() const { return GetParam().kind == StoreKind::hard_link; }

  std::vector<Object> objects_of(const std::string& account) {
    const auto state = vault->open_capture("");
    std::vector<Object> objects;
    for (const CapturedAccount& each : state->info().accounts) {
      if (each.account.name != account) continue;
      state->visit(std::span(&each.number, 1), world.findings,
                   [&](Object object) { objects.push_back(std::move(object)); });
    }
    return objects;
  }
  VerifyReport verify() {
    Progress progress;
    return vault->verify("", true, progress);
  }
  /// All that a capture may not change: everything but a linked store's link count and ctime.
  std::map<MachinePath, std::string> everything_in_homes() {
    std::map<MachinePath, std::string> all;
    for (const MachinePath& path : files.paths_below("/home")) {
      if (path.starts_with("/home/.rehome-")) continue;
      NodeInfo node = files.inspect(path);
      if (is_linked() && node.kind == NodeKind::file) {
        node.link_count = 0;
        node.metadata.changed = {};
      }
      std::string line = std::to_string(node.inode) + " " + std::to_string(node.link_count) + " " +
                         std::to_string(node.size) + " " + std::to_string(node.metadata.mode) + " " +
                         std::to_string(node.metadata.uid) + " " + std::to_string(node.metadata.gid);
      for (const Timestamp time : {node.metadata.modified, node.metadata.accessed, node.metadata.changed}) {
        line += " " + std::to_string(time.seconds) + "." + std::to_string(time.nanoseconds);
      }
      if (node.kind == NodeKind::file) line += " " + files.content_of(path);
      all[path] = line;
    }
    return all;
  }

  VaultWorld world{GetParam().encrypted};
  MemoryFileTree& files = world.machine.files();
  std::unique_ptr<OwnedBlobStore> blobs;
  std::unique_ptr<store::Vault> vault;
};

INSTANTIATE_TEST_SUITE_P(Every, StoreKindConformance,
                         ::testing::Values(Kind{"compressed"}, Kind{"encrypted", StoreKind::compressed, true},
                                           Kind{"uncompressed", StoreKind::uncompressed},
                                           Kind{"linked", StoreKind::hard_link}),
                         [](const auto& kind) { return kind.param.name; });

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::cancelled;
}

TEST_P(StoreKindConformance, GivesBackWhatWentIn) {
  const CaptureInfo info = world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_THAT(world.findings.found, IsEmpty());
  EXPECT_EQ(info.objects, world.source().size());
  EXPECT_EQ(info.kind, GetParam().kind);
  open_again();
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_P(StoreKindConformance, GivesBackMetadataAndHoles) {
  world.capture(*vault);
  const std::string home = "/home/ann/";
  std::size_t found = 0;
  for (const Object& object : objects_of("ann")) {
    if (object.location.rest == "letter") {
      EXPECT_EQ(object.metadata.mode, 0640U);
      EXPECT_EQ(object.metadata.attributes, files.inspect(home + "letter").metadata.attributes);
      EXPECT_EQ(object.metadata.modified, files.inspect(home + "letter").metadata.modified);
      ++found;
    } else if (object.location.rest == "sparse" || object.location.rest == "hole") {
      EXPECT_EQ(object.size, files.inspect(home + object.location.rest).size);
      // A link has its holes itself.
      EXPECT_LT(data_bytes(object), is_linked() ? UINT64_MAX : 100'000U);
      ++found;
    }
  }
  EXPECT_EQ(found, 3U);
}

TEST_P(StoreKindConformance, ChangesNothingAtTheSource) {
  const auto before = everything_in_homes();
  world.capture(*vault);
  world.capture(*vault);
  EXPECT_EQ(everything_in_homes(), before);
  vault->remove("");
  EXPECT_EQ(everything_in_homes(), before);
  EXPECT_EQ(files.inspect("/home/ann/letter").link_count, 1U);
}

TEST_P(StoreKindConformance, KnowsItsOwnFolders) {
  const auto session = vault->begin_capture();
  world.scan(*session, {"ann"});
  EXPECT_TRUE(session->owns(files.inspect("/store")));
  EXPECT_FALSE(session->owns(files.inspect("/home/ann")));
  for (const std::string& name : files.names_in("/home")) {
    EXPECT_EQ(session->owns(files.inspect("/home/" + name)), name.starts_with(".rehome-")) << name;
  }
  EXPECT_EQ(files.names_in("/home").size(), is_linked() ? 3U : 2U);
}

TEST_P(StoreKindConformance, OutlivesTheOriginals) {
  world.capture(*vault);
  const Restored before = world.source();
  for (const char* home : {"/home/ann", "/home/bob"}) files.remove(home);
  open_again();
  EXPECT_EQ(world.restore(*vault), before);
  EXPECT_THAT(verify().damages, IsEmpty());
}

TEST_P(StoreKindConformance, ASecondCaptureReadsNothingTwice) {
  world.capture(*vault);
  files.remove("/home/ann/letter");
  world.machine.add_file("/home/ann/letter", "Dear Carl");
  world.read_files.clear();
  world.capture(*vault);
  EXPECT_EQ(world.read_files, is_linked() ? std::set<std::string>{} : std::set<std::string>{"letter"});
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_P(StoreKindConformance, CapturesDoNotDependOnEachOther) {
  const std::string first = world.capture(*vault).capture_id;
  const Restored before = world.source();
  files.remove("/home/ann/letter");
  world.machine.add_file("/home/ann/letter", "Dear Carl");
  const std::string second = world.capture(*vault).capture_id;
  EXPECT_EQ(world.restore(*vault, first), before);
  vault->remove(first);
  EXPECT_EQ(code_of([&] { vault->open_capture(first); }), ErrorCode::not_found);
  EXPECT_EQ(world.restore(*vault, second), world.source());
  EXPECT_THAT(verify().damages, IsEmpty());
}

TEST_P(StoreKindConformance, AnUnfinishedCaptureIsNoneAndIsGoneOnWith) {
  world.clock.advance(std::chrono::minutes(10));
  {
    const auto session = vault->begin_capture();
    world.scan(*session, {"ann", "bob"});
  }
  EXPECT_EQ(code_of([&] { vault->open_capture(""); }), ErrorCode::incomplete);
  open_again();
  world.read_files.clear();
  world.capture(*vault);
  EXPECT_THAT(world.read_files, IsEmpty());
  EXPECT_THAT(vault->captures(), SizeIs(1));
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_P(StoreKindConformance, OneWriterAtATime) {
  const auto session = vault->begin_capture();
  EXPECT_EQ(code_of([&] { vault->begin_capture(); }), ErrorCode::busy);
  EXPECT_EQ(code_of([&] { vault->remove(""); }), ErrorCode::busy);
}

TEST_P(StoreKindConformance, LostContentIsNamedFileByFile) {
  world.capture(*vault);
  for (const char* home : {"/home/ann", "/home/bob"}) files.remove(home);
  std::vector<MachinePath> roots = {"/store/packs", "/store/Tree"};
  for (const std::string& name : files.names_in("/home")) roots.push_back("/home/" + name);
  for (const MachinePath& root : roots) {
    if (!files.exists(root)) continue;
    for (const MachinePath& path : files.paths_below(root)) {
      if (files.inspect(path).kind == NodeKind::file && !is_note(path)) files.remove(path);
    }
  }
  open_again();
  const VerifyReport report = verify();
  std::set<std::string> named;
  for (const store::Damage& damage : report.damages) {
    if (!damage.path.empty()) named.insert(damage.path);
  }
  EXPECT_TRUE(named.contains("ann: home/letter"));
  EXPECT_TRUE(named.contains("ann: home/docs/large"));
  EXPECT_TRUE(named.contains("bob: home/his"));
  EXPECT_EQ(world.restore(*vault).at("ann/letter"), "<damaged>");
  EXPECT_EQ(world.restore(*vault).at("ann/link"), "-> docs/large") << "names and links are in the catalog";
}

TEST_P(StoreKindConformance, LinksOnlyWhatIsALink) {
  world.capture(*vault);
  const auto state = vault->open_capture("");
  const auto folder = files.open_for_writing("/home");
  const auto other_volume = files.open_for_writing("/etc");
  for (const Object& object : objects_of("ann")) {
    if (object.location.rest != "letter") continue;
    EXPECT_EQ(state->link_content(object, *folder, "again").has_value(), is_linked());
    EXPECT_FALSE(state->link_content(object, *other_volume, "again"));
  }
  EXPECT_EQ(files.exists("/home/again"), is_linked());
}

TEST_P(StoreKindConformance, KeepsFindingsForTheirAccount) {
  const auto session = vault->begin_capture();
  CaptureInfo info = world.scan(*session, {"ann", "bob"});
  const AccountNumber ann = info.accounts[0].number;
  const AccountNumber bob = info.accounts[1].number;
  const Finding finding{FindingKind::unreadable, ann, "/home/ann/x\n\xff", "it could not be read"};
  session->record(finding);
  session->finish(std::move(info));
  const auto state = vault->open_capture("");
  EXPECT_THAT(state->findings(std::span(&ann, 1)), ::testing::ElementsAre(finding));
  EXPECT_THAT(state->findings(std::span(&bob, 1)), IsEmpty());
}

TEST_P(StoreKindConformance, TakesFilesFromManyThreads) {
  constexpr int kFiles = 200;
  for (int i = 0; i < kFiles; ++i) {
    const std::string n = std::to_string(i);
    world.machine.add_file("/home/ann/many/" + n, n + noise(static_cast<std::size_t>(i) * 50));
  }
  const auto session = vault->begin_capture();
  const Account ann = world.machine.accounts().list()[0];
  const AccountNumber number = session->number_of(ann);
  const auto folder = files.open("/home/ann/many");
  WorkerPool pool({.name = "test", .threads = 6});
  for (int i = 0; i < kFiles; ++i) {
    pool.submit([&, name = std::to_string(i)] {
      const NodeInfo info = folder->inspect(name);
      Object object;
      object.location = {number, KnownFolder::home, "many/" + name};
      object.metadata = info.metadata;
      object.size = info.size;
      object.source_device = info.device;
      object.source_inode = info.inode;
      testing::MemorySource source(*folder, name, "/home/ann/many");
      session->keep_content(object, source);
      session->record(std::move(object));
    });
  }
  pool.finish();
  CaptureInfo info;
  info.accounts.push_back({number, ann, ann.home});
  session->finish(std::move(info));
  const Restored restored = world.restore(*vault);
  EXPECT_THAT(restored, SizeIs(kFiles));
  for (const auto& [path, content] : restored) EXPECT_EQ(content, files.content_of("/home/" + path)) << path;
}

TEST_P(StoreKindConformance, RemovingEverythingLeavesNothing) {
  world.capture(*vault);
  const Restored before = world.source();
  vault->remove("");
  EXPECT_EQ(store::peek_vault(*blobs), std::nullopt);
  EXPECT_FALSE(files.exists("/store/Tree"));
  EXPECT_THAT(files.names_in("/home"), Each(Not(StartsWith(".rehome-"))));
  EXPECT_EQ(world.source(), before);
}

}  // namespace
}  // namespace rehome
