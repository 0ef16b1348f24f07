// SPDX-License-Identifier: Apache-2.0
// Copied and linked trees on the fake machine; on real volumes: tests/faults/tree_volumes_test.cpp.
#include "flow/store/internal/tree_content.h"

#include <atomic>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "base/machine/memory/memory_machine.h"
#include "flow/store/internal/piece_hash.h"
#include "tests/support/counting_random.h"

namespace rehome::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFirst = "11111111111111111111111111111111";
constexpr const char* kSecond = "22222222222222222222222222222222";
const std::string kVault(32, 'a');

class Findings final : public FindingSink {
 public:
  void record(Finding finding) override { findings_.lock()->push_back(std::move(finding)); }
  std::vector<Finding> take() { return std::exchange(*findings_.lock(), {}); }

 private:
  Locked<std::vector<Finding>> findings_;
};

class Source final : public FileSource {
 public:
  using FileSource::FileSource;
  ReadableFile& file() override {
    if (!file_) file_ = folder().open_file(name());
    return *file_;
  }
  bool was_opened() const { return file_ != nullptr; }

 private:
  std::unique_ptr<ReadableFile> file_;
};

class Collected final : public ContentConsumer {
 public:
  void write(std::uint64_t offset, ByteView bytes) override {
    if (text.size() < offset + bytes.size()) text.resize(offset + bytes.size());
    text.replace(offset, bytes.size(), as_text(bytes));
    written += bytes.size();
  }
  std::string text;
  std::uint64_t written = 0;
};

class TreeContentTest : public ::testing::Test {
 protected:
  TreeContentTest() {
    files_.add_folder("/store");
    files_.edit("/store", [](Metadata& metadata) { metadata.mode = 0700; });
  }

  TreePlace place(StoreKind kind) { return {files_, "/store", kVault, kind, random_}; }
  std::unique_ptr<ContentWriter> writer(StoreKind kind, const std::string& capture = kFirst,
                                        std::vector<std::string> earlier = {}) {
    return open_tree_writer(place(kind), {capture, std::move(earlier)}, findings_);
  }
  std::unique_ptr<ContentReader> reader(StoreKind kind, const std::string& capture = kFirst) {
    return open_tree_reader(place(kind), capture);
  }

  static std::string folder_of(const MachinePath& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
  }
  static std::string name_of(const MachinePath& path) { return path.substr(path.rfind('/') + 1); }

  Object object_of(const MachinePath& path) {
    const NodeInfo info = files_.inspect(path);
    Object object;
    object.location = {.account = 1, .anchor = KnownFolder::none, .rest = path.substr(1)};
    object.metadata = info.metadata;
    object.size = info.size;
    object.source_device = info.device;
    object.source_inode = info.inode;
    return object;
  }
  Object keep(ContentWriter& writer, const MachinePath& path) {
    Object object = object_of(path);
    const auto folder = files_.open(folder_of(path));
    const std::string name = name_of(path);
    const std::string folder_path = folder_of(path);
    Source source(*folder, name, folder_path);
    writer.keep(object, source);
    source_was_opened_ = source.was_opened();
    return object;
  }
  std::string read(ContentReader& reader, const Object& object) {
    Collected collected;
    reader.read(object, collected);
    collected.text.resize(object.size);
    return collected.text;
  }
  static std::string tree_of(const std::string& capture) { return "/store/Tree/" + capture + "/1/root"; }
  static std::string sister_on(const std::string& top, const std::string& capture) {
    return top + "/.rehome-" + kVault + "/" + capture + "/1/root";
  }

  ManualClock clock_;
  MemoryMachine machine_{MachineFlavour::linux, clock_};
  MemoryFileTree& files_ = machine_.files();
  rehome::testing::CountingRandom random_;
  Findings findings_;
  std::atomic<bool> source_was_opened_ = false;
};

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ErrorCode::cancelled, "nothing was thrown"};
}

// ---- copied ----

TEST_F(TreeContentTest, CopiesMirrorNamesAndContent) {
  const std::map<std::string, std::string> contents = {{"/home/ann/a.txt", "hello"},
                                                       {"/home/ann/empty", ""},
                                                       {"/home/ann/line\nbreak \xff/x", "odd"},
                                                       {"/home/ann/.rehome-tmp-1", "not a leftover"}};
  const auto writing = writer(StoreKind::uncompressed);
  std::map<std::string, Object> objects;
  for (const auto& [path, content] : contents) {
    files_.add_file(path, content);
    objects[path] = keep(*writing, path);
  }
  writing->make_durable();
  const auto reading = reader(StoreKind::uncompressed);
  for (const auto& [path, content] : contents) {
    EXPECT_EQ(files_.content_of(tree_of(kFirst) + path), content);
    EXPECT_EQ(read(*reading, objects[path]), content);
    reading->verify(objects[path], true);
  }
  EXPECT_EQ(writing->stored_bytes(), 5 + 0 + 3 + 14);
  const Metadata stored = files_.inspect(tree_of(kFirst) + "/home/ann/a.txt").metadata;
  EXPECT_EQ(stored.mode, 0600U);
  EXPECT_EQ(stored.uid, 0U);
  EXPECT_THAT(findings_.take(), IsEmpty());
}

TEST_F(TreeContentTest, CopiesKeepHolesAndTheEndOfTheFile) {
  files_.write_into("/home/sparse", 1 << 20, "middle");
  files_.set_size("/home/sparse", 10 << 20);
  files_.add_file("/home/hole", "");
  files_.set_size("/home/hole", 5000);
  const auto writing = writer(StoreKind::uncompressed);
  const Object sparse = keep(*writing, "/home/sparse");
  const Object hole = keep(*writing, "/home/hole");
  EXPECT_EQ(sparse.size, 10U << 20);
  EXPECT_EQ(sparse.extents, files_.extents_of("/home/sparse"));
  EXPECT_EQ(files_.extents_of(tree_of(kFirst) + "/home/sparse"), files_.extents_of("/home/sparse"));
  EXPECT_THAT(hole.extents, ElementsAre(Extent{0, 0}));
  EXPECT_LT(writing->stored_bytes(), 1U << 20);
  const auto reading = reader(StoreKind::uncompressed);
  EXPECT_EQ(read(*reading, sparse), files_.content_of("/home/sparse"));
  EXPECT_EQ(read(*reading, hole), std::string(5000, '\0'));
}

TEST_F(TreeContentTest, CopiesOfManyPiecesAreAuthenticatedPieceByPiece) {
  std::string content(2 * kPieceSize + 1000, 'x');
  for (std::size_t i = 0; i < content.size(); i += 4096) content[i] = static_cast<char>(i >> 12);
  files_.add_file("/home/large", content);
  const auto writing = writer(StoreKind::uncompressed);
  const Object large = keep(*writing, "/home/large");
  EXPECT_EQ(large.piece_hashes.size(), 3 * 32U);
  EXPECT_EQ(read(*reader(StoreKind::uncompressed), large), content);

  files_.write_into(tree_of(kFirst) + "/home/large", kPieceSize + 5, "?");
  Collected collected;
  EXPECT_EQ(error_of([&] { reader(StoreKind::uncompressed)->read(large, collected); }).code(), ErrorCode::corrupt);
  EXPECT_EQ(collected.written, kPieceSize) << "only what was found right is handed over";
}

TEST_F(TreeContentTest, DamagedCopiesAreFound) {
  files_.add_file("/home/a", "content");
  files_.add_file("/home/empty", "");
  const auto writing = writer(StoreKind::uncompressed);
  const Object object = keep(*writing, "/home/a");
  const Object empty = keep(*writing, "/home/empty");
  const auto verify = [&](const Object& which) {
    return error_of([&] { reader(StoreKind::uncompressed)->verify(which, false); }).code();
  };
  const std::string stored = tree_of(kFirst) + "/home/a";

  files_.add_file(stored, "contenT");
  EXPECT_EQ(verify(object), ErrorCode::corrupt);
  files_.add_file(stored, "conten");
  EXPECT_EQ(verify(object), ErrorCode::corrupt);
  files_.add_file(stored, "contentt");
  EXPECT_EQ(verify(object), ErrorCode::corrupt);
  files_.remove(stored);
  EXPECT_EQ(verify(object), ErrorCode::corrupt);
  files_.add_file("/elsewhere", "content");
  files_.add_symlink(stored, "/elsewhere");
  EXPECT_EQ(verify(object), ErrorCode::corrupt);
  files_.add_file(tree_of(kFirst) + "/home/empty", "x");
  EXPECT_EQ(verify(empty), ErrorCode::corrupt);
}

TEST_F(TreeContentTest, HostileObjectsLeadNowhereElse) {
  files_.add_file("/secret", "secret");
  files_.add_file("/home/a", "content");
  const auto writing = writer(StoreKind::uncompressed);
  const Object good = keep(*writing, "/home/a");
  const auto reading = reader(StoreKind::uncompressed);
  for (const char* rest :
       {"../../../../../secret", "home/../../secret", "/secret", "home//a", "./home/a", "home/a/", "home/.", ".."}) {
    Object object = good;
    object.location.rest = rest;
    EXPECT_EQ(error_of([&] { reading->verify(object, true); }).code(), ErrorCode::corrupt) << rest;
  }
  Object object = good;
  object.location.anchor = static_cast<KnownFolder>(200);
  EXPECT_EQ(error_of([&] { reading->verify(object, true); }).code(), ErrorCode::corrupt);
  object = good;
  object.extents = {{UINT64_MAX - 1, 4}};
  EXPECT_EQ(error_of([&] { reading->verify(object, true); }).code(), ErrorCode::corrupt);
  object = good;
  object.extents = {{4, 3}, {0, 4}};
  EXPECT_EQ(error_of([&] { reading->verify(object, true); }).code(), ErrorCode::corrupt);
  object = good;
  object.piece_hashes.pop_back();
  EXPECT_EQ(error_of([&] { reading->verify(object, true); }).code(), ErrorCode::corrupt);
  object = good;
  object.piece_hashes.clear();
  EXPECT_EQ(error_of([&] { reading->verify(object, true); }).code(), ErrorCode::corrupt);
}

TEST_F(TreeContentTest, ASecondCaptureLinksUnchangedCopies) {
  files_.add_file("/home/a", "content");
  const Object before = keep(*writer(StoreKind::uncompressed), "/home/a");
  const auto second = writer(StoreKind::uncompressed, kSecond, {kFirst});
  Object object = object_of("/home/a");
  ASSERT_TRUE(second->keep_unchanged(object, before));
  EXPECT_EQ(second->stored_bytes(), 0U);
  EXPECT_EQ(files_.inspect(tree_of(kFirst) + "/home/a").inode, files_.inspect(tree_of(kSecond) + "/home/a").inode);
  remove_tree_content(place(StoreKind::uncompressed), kFirst);
  EXPECT_EQ(read(*reader(StoreKind::uncompressed, kSecond), object), "content");
}

TEST_F(TreeContentTest, AChangedOrMissingCopyIsNotReused) {
  files_.add_file("/home/a", "content");
  const Object before = keep(*writer(StoreKind::uncompressed), "/home/a");
  Object object = object_of("/home/a");
  files_.edit(tree_of(kFirst) + "/home/a", [](Metadata& metadata) { metadata.modified.seconds += 1; });
  EXPECT_FALSE(writer(StoreKind::uncompressed, kSecond, {kFirst})->keep_unchanged(object, before));
  files_.remove(tree_of(kFirst) + "/home/a");
  EXPECT_FALSE(writer(StoreKind::uncompressed, kSecond, {kFirst})->keep_unchanged(object, before));
  EXPECT_FALSE(writer(StoreKind::uncompressed, kSecond, {})->keep_unchanged(object, before));
  EXPECT_FALSE(files_.exists(tree_of(kSecond) + "/home/a"));
}

TEST_F(TreeContentTest, ReadingAFileAgainReplacesItsCopy) {
  files_.add_file("/home/a", "first");
  const auto writing = writer(StoreKind::uncompressed);
  keep(*writing, "/home/a");
  files_.add_file("/home/a", "second one");
  const Object object = keep(*writing, "/home/a");
  EXPECT_EQ(read(*reader(StoreKind::uncompressed), object), "second one");
}

TEST_F(TreeContentTest, CopiesThatWereMadeDurableSurviveAPowerCut) {
  files_.add_file("/home/deep/er/a", "content");
  files_.lose_unsynced();
  const auto writing = writer(StoreKind::uncompressed);
  const Object object = keep(*writing, "/home/deep/er/a");
  writing->make_durable();
  files_.crash();
  EXPECT_EQ(read(*reader(StoreKind::uncompressed), object), "content");
}

// ---- linked ----

TEST_F(TreeContentTest, LinksShareTheFileAndSurviveTheOriginal) {
  files_.add_file("/home/ann/a", "content");
  files_.edit("/home/ann/a", [](Metadata& metadata) {
    metadata.uid = 1000;
    metadata.mode = 0640;
  });
  const NodeInfo before = files_.inspect("/home/ann/a");
  clock_.advance(std::chrono::seconds(5));
  const auto writing = writer(StoreKind::hard_link);
  const Object object = keep(*writing, "/home/ann/a");
  EXPECT_FALSE(source_was_opened_);
  EXPECT_EQ(writing->stored_bytes(), 0U);
  EXPECT_TRUE(object.piece_hashes.empty());

  const NodeInfo after = files_.inspect("/home/ann/a");
  EXPECT_EQ(after.inode, files_.inspect(tree_of(kFirst) + "/home/ann/a").inode);
  EXPECT_EQ(after.link_count, 2U);
  EXPECT_EQ(object.metadata.changed, after.metadata.changed);
  Metadata but_ctime = after.metadata;
  but_ctime.changed = before.metadata.changed;
  EXPECT_EQ(but_ctime, before.metadata) << "capture changes nothing but ctime and link count";

  files_.remove("/home");
  files_.add_folder("/home/ann");
  const auto reading = reader(StoreKind::hard_link);
  reading->verify(object, true);
  EXPECT_EQ(read(*reading, object), "content");
  const auto destination = files_.open_for_writing("/home/ann");
  EXPECT_TRUE(reading->link(object, *destination, "a"));
  EXPECT_EQ(files_.inspect("/home/ann/a").inode, before.inode);
  EXPECT_EQ(error_of([&] { reading->link(object, *destination, "a"); }).code(), ErrorCode::already_exists);
}

TEST_F(TreeContentTest, EveryVolumeGetsASisterThatIsRootsAlone) {
  files_.mount("/home");
  files_.mount("/srv/data");
  files_.add_file("/home/ann/a", "on home");
  files_.add_file("/srv/data/b", "on data");
  files_.add_file("/etc/c", "on root");
  const auto writing = writer(StoreKind::hard_link);
  const std::vector<Object> objects = {keep(*writing, "/home/ann/a"), keep(*writing, "/srv/data/b"),
                                       keep(*writing, "/etc/c")};
  EXPECT_EQ(writing->stored_bytes(), 0U);
  EXPECT_THAT(findings_.take(), IsEmpty());
  EXPECT_TRUE(files_.exists(sister_on("/home", kFirst) + "/home/ann/a"));
  EXPECT_TRUE(files_.exists(sister_on("/srv/data", kFirst) + "/srv/data/b"));
  EXPECT_TRUE(files_.exists(tree_of(kFirst) + "/etc/c"));
  for (const std::string& path :
       {"/home/.rehome-" + kVault, "/srv/data/.rehome-" + kVault, std::string("/store/Tree")}) {
    const NodeInfo info = files_.inspect(path);
    EXPECT_EQ(info.metadata.mode, 0700U) << path;
    EXPECT_EQ(info.metadata.uid, 0U) << path;
    EXPECT_TRUE(writing->owns(info)) << path;
  }
  EXPECT_TRUE(writing->owns(files_.inspect("/store")));
  EXPECT_FALSE(writing->owns(files_.inspect("/home/ann")));
  const auto reading = reader(StoreKind::hard_link);
  EXPECT_EQ(read(*reading, objects[0]), "on home");
  EXPECT_EQ(read(*reading, objects[1]), "on data");
  EXPECT_EQ(read(*reading, objects[2]), "on root");
  EXPECT_TRUE(writer(StoreKind::hard_link, kSecond)->owns(files_.inspect("/home/.rehome-" + kVault)));
}

TEST_F(TreeContentTest, ASubvolumeWithoutAMountGetsItsSisterAtItsTop) {
  files_.mount("/home");
  files_.mount("/home/ann/sub", {.is_subvolume = true});
  files_.add_file("/home/ann/sub/deep/a", "content");
  const auto writing = writer(StoreKind::hard_link);
  const Object object = keep(*writing, "/home/ann/sub/deep/a");
  EXPECT_EQ(writing->stored_bytes(), 0U);
  EXPECT_TRUE(files_.exists(sister_on("/home/ann/sub", kFirst) + "/home/ann/sub/deep/a"));
  EXPECT_THAT(files_.names_in("/home"), ElementsAre("ann"));
  EXPECT_EQ(read(*reader(StoreKind::hard_link), object), "content");
  remove_tree_content(place(StoreKind::hard_link), "");
  EXPECT_THAT(files_.names_in("/home/ann/sub"), ElementsAre("deep"));
}

TEST_F(TreeContentTest, SistersAreFoundWhereTheirVolumesAreMountedNow) {
  files_.mount("/home");
  files_.add_file("/home/ann/a", "content");
  const auto writing = writer(StoreKind::hard_link);
  const Object object = keep(*writing, "/home/ann/a");
  // As from another system, where both volumes are mounted elsewhere.
  files_.mount("/mnt/old");
  files_.add_folder("/mnt/old/.rehome-" + kVault);
  files_.edit("/mnt/old/.rehome-" + kVault, [](Metadata& metadata) { metadata.mode = 0700; });
  files_.add_file("/mnt/old/.rehome-" + kVault + "/" + kFirst + "/1/root/home/ann/a", "impostor");
  EXPECT_EQ(read(*reader(StoreKind::hard_link), object), "content") << "another inode is no match";
  Object moved = object;
  moved.source_inode = files_.inspect(sister_on("/mnt/old", kFirst) + "/home/ann/a").inode;
  moved.size = 8;
  EXPECT_EQ(read(*reader(StoreKind::hard_link), moved), "impostor") << "a mount that no list names is searched too";
}

TEST_F(TreeContentTest, WhatRefusesALinkIsCopiedAndListed) {
  files_.mount("/few", {.links_per_file = 1});
  files_.add_file("/few/many", "too many links");
  files_.add_file("/home/immutable", "immutable");
  files_.edit("/home/immutable", [](Metadata& metadata) { metadata.flags = 0x10; });
  files_.add_file("/home/append", "append-only");
  files_.edit("/home/append", [](Metadata& metadata) { metadata.flags = 0x20; });
  const auto writing = writer(StoreKind::hard_link);
  const auto reading = reader(StoreKind::hard_link);
  const auto destination = files_.open_for_writing("/home");
  for (const char* path : {"/few/many", "/home/immutable", "/home/append"}) {
    const Object object = keep(*writing, path);
    EXPECT_TRUE(source_was_opened_) << path;
    EXPECT_FALSE(object.piece_hashes.empty()) << path;
    const std::vector<Finding> findings = findings_.take();
    ASSERT_EQ(findings.size(), 1U) << path;
    EXPECT_EQ(findings[0].kind, FindingKind::copied);
    EXPECT_EQ(findings[0].path, path);
    EXPECT_EQ(files_.content_of(tree_of(kFirst) + path), files_.content_of(path));
    EXPECT_EQ(read(*reader(StoreKind::hard_link), object), files_.content_of(path));
    EXPECT_FALSE(reading->link(object, *destination, "x")) << "a copy is copied back";
    files_.add_file(tree_of(kFirst) + path, files_.content_of(path).replace(0, 1, "?"));
    EXPECT_EQ(error_of([&] { reader(StoreKind::hard_link)->verify(object, true); }).code(), ErrorCode::corrupt);
  }
  remove_tree_content(place(StoreKind::hard_link), "");
  EXPECT_THAT(files_.names_in("/few"), ElementsAre("many"));
}

TEST_F(TreeContentTest, AFileThatRefusesALinkSaysNothingAboutItsNeighbours) {
  files_.mount("/data");
  files_.add_file("/data/immutable", "immutable");
  files_.edit("/data/immutable", [](Metadata& metadata) { metadata.flags = 0x10; });
  for (const char* path : {"/data/a", "/data/sub/b"}) files_.add_file(path, path);
  const auto writing = writer(StoreKind::hard_link);
  keep(*writing, "/data/immutable");
  EXPECT_EQ(findings_.take().size(), 1U);
  for (const char* path : {"/data/a", "/data/sub/b"}) {
    const Object object = keep(*writing, path);
    EXPECT_EQ(files_.inspect(path).link_count, 2U) << path;
    EXPECT_EQ(read(*reader(StoreKind::hard_link), object), path);
  }
  EXPECT_THAT(findings_.take(), IsEmpty());
}

TEST_F(TreeContentTest, AFileThatVanishesSaysNothingAboutItsNeighbours) {
  files_.mount("/data");
  files_.add_file("/data/gone", "gone");
  files_.add_file("/data/stays", "stays");
  const auto writing = writer(StoreKind::hard_link);
  files_.failures().before(Operation::link, "/data/.rehome-*",
                           [&](const MachinePath&) { files_.remove("/data/gone"); });
  EXPECT_EQ(error_of([&] { keep(*writing, "/data/gone"); }).code(), ErrorCode::not_found);
  keep(*writing, "/data/stays");
  EXPECT_EQ(files_.inspect("/data/stays").link_count, 2U);
  EXPECT_THAT(findings_.take(), IsEmpty());
}

TEST_F(TreeContentTest, AnOriginalThatIsEditedInPlaceComesBackAsItIsNow) {
  files_.add_file("/home/a", "content");
  const Object object = keep(*writer(StoreKind::hard_link), "/home/a");
  clock_.advance(std::chrono::seconds(1));
  const auto expect = [&](const std::string& content) {
    const auto reading = reader(StoreKind::hard_link);
    const Object now = reading->check(object);
    EXPECT_NE(now, object);
    EXPECT_EQ(now.size, content.size());
    EXPECT_EQ(now.metadata.modified, files_.inspect(tree_of(kFirst) + "/home/a").metadata.modified);
    EXPECT_EQ(read(*reading, now), content);
    const auto destination = files_.open_for_writing("/home");
    EXPECT_TRUE(reading->link(now, *destination, "b"));
    files_.remove("/home/b");
    for (const bool with_content : {false, true}) {
      EXPECT_THAT(error_of([&] { reading->verify(object, with_content); }).message(),
                  HasSubstr("changed after it was captured"));
    }
    EXPECT_EQ(error_of([&] { read(*reading, object); }).code(), ErrorCode::corrupt)
        << "who did not look does not get another content unawares";
  };
  files_.write_into("/home/a", 0, "C");
  expect("Content");  // same size, other time
  files_.write_into("/home/a", 7, "!");
  files_.edit("/home/a", [&](Metadata& metadata) { metadata.modified = object.metadata.modified; });
  expect("Content!");  // same time, other size
  files_.remove("/home/a");
  expect("Content!");  // the store has the only name left
}

TEST_F(TreeContentTest, AnotherFileInItsPlaceIsNotTheOriginal) {
  files_.add_file("/home/a", "content");
  const Object object = keep(*writer(StoreKind::hard_link), "/home/a");
  const auto destination = files_.open_for_writing("/home");
  const auto check = [&] {
    const auto reading = reader(StoreKind::hard_link);
    Collected collected;
    EXPECT_EQ(error_of([&] { reading->check(object); }).code(), ErrorCode::corrupt);
    EXPECT_EQ(error_of([&] { reading->verify(object, false); }).code(), ErrorCode::corrupt);
    EXPECT_EQ(error_of([&] { reading->read(object, collected); }).code(), ErrorCode::corrupt);
    EXPECT_EQ(error_of([&] { reading->link(object, *destination, "b"); }).code(), ErrorCode::corrupt);
    EXPECT_EQ(collected.written, 0U);
  };
  const std::string stored = tree_of(kFirst) + "/home/a";
  files_.remove(stored);
  files_.add_file(stored, "content");
  files_.edit(stored, [&](Metadata& metadata) { metadata.modified = object.metadata.modified; });
  check();
  files_.remove(stored);
  check();
}

TEST_F(TreeContentTest, WhatRefusedALinkIsCopiedOnce) {
  files_.add_file("/home/immutable", "immutable");
  files_.edit("/home/immutable", [](Metadata& metadata) { metadata.flags = 0x10; });
  const Object before = keep(*writer(StoreKind::hard_link), "/home/immutable");
  const auto second = writer(StoreKind::hard_link, kSecond, {kFirst});
  Object object = object_of("/home/immutable");
  ASSERT_TRUE(second->keep_unchanged(object, before));
  EXPECT_EQ(second->stored_bytes(), 0U);
  remove_tree_content(place(StoreKind::hard_link), kFirst);
  EXPECT_EQ(read(*reader(StoreKind::hard_link, kSecond), object), "immutable");
}

TEST_F(TreeContentTest, ASecondCaptureLinksAgainWithoutReading) {
  files_.mount("/home");
  files_.add_file("/home/a", "content");
  const Object before = keep(*writer(StoreKind::hard_link), "/home/a");
  Object object = object_of("/home/a");
  const auto second = writer(StoreKind::hard_link, kSecond, {kFirst});
  EXPECT_FALSE(second->keep_unchanged(object, before)) << "there is nothing to be saved";
  object = keep(*second, "/home/a");
  EXPECT_FALSE(source_was_opened_);
  EXPECT_EQ(files_.inspect("/home/a").link_count, 3U);
  remove_tree_content(place(StoreKind::hard_link), kFirst);
  EXPECT_EQ(read(*reader(StoreKind::hard_link, kSecond), object), "content");
  EXPECT_EQ(files_.inspect("/home/a").link_count, 2U);
}

TEST_F(TreeContentTest, AFileReplacedBetweenTwoReadingsIsLinkedAnew) {
  files_.add_file("/home/a", "old");
  const auto writing = writer(StoreKind::hard_link);
  keep(*writing, "/home/a");
  files_.remove("/home/a");
  files_.add_file("/home/a", "new one");
  const Object object = keep(*writing, "/home/a");
  EXPECT_EQ(read(*reader(StoreKind::hard_link), object), "new one");
}

TEST_F(TreeContentTest, LinksThatWereMadeDurableSurviveAPowerCut) {
  files_.mount("/home");
  files_.add_file("/home/ann/a", "content");
  files_.lose_unsynced();
  const auto writing = writer(StoreKind::hard_link);
  const Object object = keep(*writing, "/home/ann/a");
  writing->make_durable();
  files_.remove("/home/ann");
  files_.crash();
  EXPECT_EQ(read(*reader(StoreKind::hard_link), object), "content");
}

TEST_F(TreeContentTest, ASisterIsListedBeforeItExists) {
  files_.mount("/srv");
  files_.mount("/srv/sub", {.is_subvolume = true});
  files_.add_file("/srv/sub/a", "content");
  files_.lose_unsynced();
  const auto writing = writer(StoreKind::hard_link);
  files_.failures().fail(Operation::link, "/srv/sub/.rehome-*", EIO);
  EXPECT_EQ(error_of([&] { keep(*writing, "/srv/sub/a"); }).code(), ErrorCode::io);
  files_.failures().clear();
  files_.crash();
  remove_tree_content(place(StoreKind::hard_link), "");
  EXPECT_THAT(files_.names_in("/srv/sub"), ElementsAre("a"));
}

TEST_F(TreeContentTest, AReadOnlyVolumeIsCopiedFrom) {
  files_.mount("/ro");
  files_.add_file("/ro/a", "content");
  files_.failures().fail(Operation::create_folder, "/ro/*", EROFS);
  const auto writing = writer(StoreKind::hard_link);
  const Object object = keep(*writing, "/ro/a");
  EXPECT_EQ(findings_.take().size(), 1U);
  EXPECT_EQ(read(*reader(StoreKind::hard_link), object), "content");
}

TEST_F(TreeContentTest, AFullVolumeIsTheStoresFailure) {
  files_.mount("/store", {.capacity_bytes = 100'000});
  files_.edit("/store", [](Metadata& metadata) { metadata.mode = 0700; });
  files_.add_file("/home/large", std::string(500'000, 'x'));
  const auto writing = writer(StoreKind::uncompressed);
  EXPECT_EQ(error_of([&] { keep(*writing, "/home/large"); }).code(), ErrorCode::no_space);
  EXPECT_FALSE(files_.exists(tree_of(kFirst) + "/home/large"));
}

TEST_F(TreeContentTest, ManyThreadsShareFoldersAndMakeEachSisterOnce) {
  constexpr int kThreads = 6;
  constexpr int kFiles = 60;
  files_.mount("/home");
  files_.mount("/data");
  const auto path_of = [](int thread, int file) {
    const std::string top = file % 2 == 0 ? "/home/" : "/data/";
    return top + std::to_string(file % 20) + "/deep/" + std::to_string(thread) + "-" + std::to_string(file);
  };
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int file = 0; file < kFiles; ++file) files_.add_file(path_of(thread, file), path_of(thread, file));
  }
  const auto writing = writer(StoreKind::hard_link);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int file = 0; file < kFiles; ++file) keep(*writing, path_of(thread, file));
      });
    }
  }
  EXPECT_THAT(findings_.take(), IsEmpty());
  const auto reading = reader(StoreKind::hard_link);
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int file = 0; file < kFiles; ++file) {
      const Object object = object_of(path_of(thread, file));
      EXPECT_EQ(read(*reading, object), path_of(thread, file));
    }
  }
}

// ---- whose the folders are ----

TEST_F(TreeContentTest, FoldersThatAreNotRootsAloneAreRefused) {
  files_.mount("/home");
  files_.add_file("/home/a", "content");
  keep(*writer(StoreKind::hard_link), "/home/a");
  const std::string sister = "/home/.rehome-" + kVault;
  const auto expect_refusal = [&](const std::string& path, const std::function<void(Metadata&)>& change) {
    const Metadata good = files_.inspect(path).metadata;
    files_.edit(path, change);
    const Error writing = error_of([&] { writer(StoreKind::hard_link, kSecond); });
    EXPECT_EQ(writing.code(), ErrorCode::refused) << path;
    EXPECT_THAT(writing.message(), HasSubstr(path));
    EXPECT_EQ(error_of([&] { reader(StoreKind::hard_link); }).code(), ErrorCode::refused) << path;
    files_.edit(path, [&](Metadata& metadata) { metadata = good; });
  };
  for (const std::string& path : {std::string("/store"), std::string("/store/Tree"), sister}) {
    expect_refusal(path, [](Metadata& metadata) { metadata.mode = 0755; });
    expect_refusal(path, [](Metadata& metadata) { metadata.uid = 1000; });
    expect_refusal(path, [](Metadata& metadata) { metadata.gid = 1000; });
  }
  reader(StoreKind::hard_link);
}

TEST_F(TreeContentTest, ALinkInPlaceOfAStoreFolderIsRefused) {
  files_.add_folder("/elsewhere");
  files_.edit("/elsewhere", [](Metadata& metadata) { metadata.mode = 0700; });
  files_.add_symlink("/store/Tree", "/elsewhere");
  EXPECT_EQ(error_of([&] { writer(StoreKind::uncompressed); }).code(), ErrorCode::refused);
  files_.remove("/store/Tree");
  files_.mount("/home");
  files_.add_file("/home/a", "content");
  const auto writing = writer(StoreKind::hard_link);
  files_.add_symlink("/home/.rehome-" + kVault, "/elsewhere");
  EXPECT_EQ(error_of([&] { keep(*writing, "/home/a"); }).code(), ErrorCode::refused);
  EXPECT_THAT(files_.names_in("/elsewhere"), IsEmpty());
}

TEST_F(TreeContentTest, AStrangersFolderOfThatNameDoesNotHoldUpTheStore) {
  files_.mount("/tmp");
  files_.add_folder("/tmp/.rehome-" + kVault);
  files_.edit("/tmp/.rehome-" + kVault, [](Metadata& metadata) { metadata.uid = 1000; });
  files_.add_file("/home/a", "content");
  const Object object = keep(*writer(StoreKind::hard_link), "/home/a");
  EXPECT_EQ(read(*reader(StoreKind::hard_link), object), "content");
  remove_tree_content(place(StoreKind::hard_link), "");
  EXPECT_TRUE(files_.exists("/tmp/.rehome-" + kVault));
}

/// As `cp -a` makes it: other files with the same content, and the folders are others too.
void copy_files(MemoryFileTree& files, const MachinePath& from, const MachinePath& to) {
  files.add_folder(to);
  for (const MachinePath& path : files.paths_below(from)) {
    const MachinePath copy = to + path.substr(from.size());
    if (files.inspect(path).kind == NodeKind::folder) files.add_folder(copy);
    if (files.inspect(path).kind == NodeKind::file) files.add_file(copy, files.content_of(path));
    const std::uint32_t mode = files.inspect(path).metadata.mode;
    files.edit(copy, [&](Metadata& metadata) { metadata.mode = mode; });
  }
  files.edit(to, [](Metadata& metadata) { metadata.mode = 0700; });
}

TEST_F(TreeContentTest, ACopyOfAStoreHasNoPartInTheSistersOfTheOriginal) {
  files_.mount("/home");
  files_.add_file("/home/a", "content");
  const Object object = keep(*writer(StoreKind::hard_link), "/home/a");
  copy_files(files_, "/store", "/copy");
  TreePlace copy = place(StoreKind::hard_link);
  copy.store_path = "/copy";
  const auto reading = open_tree_reader(copy, kFirst);
  const Error error = error_of([&] { reading->verify(object, false); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt);
  EXPECT_THAT(error.message(), HasSubstr("/home/.rehome-" + kVault + " belongs to another store"));
  check_removable(copy, "");
  remove_tree_content(copy, kFirst);
  remove_tree_content(copy, "");
  EXPECT_FALSE(files_.exists("/copy/Tree"));
  EXPECT_EQ(read(*reader(StoreKind::hard_link), object), "content");
  remove_tree_content(place(StoreKind::hard_link), "");
  EXPECT_THAT(files_.names_in("/home"), ElementsAre("a"));
}

TEST_F(TreeContentTest, ACopyOfAStoreWritesIntoItsOwnTree) {
  files_.mount("/home");
  files_.add_file("/home/a", "content");
  keep(*writer(StoreKind::hard_link), "/home/a");
  copy_files(files_, "/store", "/copy");
  TreePlace copy = place(StoreKind::hard_link);
  copy.store_path = "/copy";
  const auto writing = open_tree_writer(copy, {kSecond, {}}, findings_);
  EXPECT_TRUE(writing->owns(files_.inspect("/home/.rehome-" + kVault))) << "no store captures another";
  const Object object = keep(*writing, "/home/a");
  EXPECT_FALSE(object.piece_hashes.empty()) << "there is no place on that volume";
  EXPECT_FALSE(files_.exists(sister_on("/home", kSecond)));
}

TEST_F(TreeContentTest, ASisterThatDoesNotSayWhoseItIsIsReadAndNotRemoved) {
  files_.mount("/home");
  files_.add_file("/home/a", "content");
  const Object object = keep(*writer(StoreKind::hard_link), "/home/a");
  files_.remove("/home/.rehome-" + kVault + "/bond");
  files_.remove("/store/Tree/token");
  EXPECT_EQ(read(*reader(StoreKind::hard_link), object), "content");
  for (const char* capture : {kFirst, ""}) {
    EXPECT_EQ(error_of([&] { check_removable(place(StoreKind::hard_link), capture); }).code(), ErrorCode::refused);
  }
  check_removable(place(StoreKind::hard_link), kSecond);
  remove_tree_content(place(StoreKind::hard_link), kFirst);
  EXPECT_TRUE(files_.exists(sister_on("/home", kFirst) + "/home/a"));
}

TEST_F(TreeContentTest, ASisterThatWasNeverBoundIsOursWhileItHoldsNothing) {
  files_.mount("/home");
  files_.add_file("/home/a", "content");
  writer(StoreKind::hard_link);
  files_.add_folder("/home/.rehome-" + kVault);
  files_.edit("/home/.rehome-" + kVault, [](Metadata& metadata) { metadata.mode = 0700; });
  keep(*writer(StoreKind::hard_link), "/home/a");
  check_removable(place(StoreKind::hard_link), "");
  remove_tree_content(place(StoreKind::hard_link), "");
  EXPECT_THAT(files_.names_in("/home"), ElementsAre("a"));
}

// ---- removal ----

TEST_F(TreeContentTest, RemovalTakesOneCaptureOrEverythingAndNothingElse) {
  files_.mount("/home");
  files_.add_file("/home/a", "content");
  files_.add_file("/etc/b", "content");
  files_.add_file("/store/header", "a blob");
  for (const char* capture : {kFirst, kSecond}) {
    const auto writing = writer(StoreKind::hard_link, capture);
    keep(*writing, "/home/a");
    keep(*writing, "/etc/b");
  }
  remove_tree_content(place(StoreKind::hard_link), kFirst);
  EXPECT_FALSE(files_.exists("/store/Tree/" + std::string(kFirst)));
  EXPECT_FALSE(files_.exists("/home/.rehome-" + kVault + "/" + kFirst));
  EXPECT_TRUE(files_.exists(tree_of(kSecond) + "/etc/b"));
  EXPECT_TRUE(files_.exists(sister_on("/home", kSecond) + "/home/a"));
  remove_tree_content(place(StoreKind::hard_link), "");
  remove_tree_content(place(StoreKind::hard_link), "");
  EXPECT_THAT(files_.names_in("/store"), ElementsAre("header"));
  EXPECT_THAT(files_.names_in("/home"), ElementsAre("a"));
  EXPECT_EQ(files_.inspect("/home/a").link_count, 1U);
}

TEST_F(TreeContentTest, AnInterruptedRemovalIsCompletedByTheNext) {
  files_.mount("/home");
  std::string deep = "/home";
  for (int level = 0; level < 20; ++level) {
    deep += "/d";
    files_.add_file(deep + "/file", "content");
  }
  bool done = false;
  int interruptions = 0;
  for (std::uint64_t call = 20; !done; call += 37) {
    {
      const auto writing = writer(StoreKind::hard_link);
      std::string path = "/home";
      for (int level = 0; level < 20; ++level) keep(*writing, (path += "/d") + "/file");
    }
    files_.failures().fail_everything_from(call, EIO);
    try {
      remove_tree_content(place(StoreKind::hard_link), "");
      done = true;
    } catch (const Error&) {
      ++interruptions;
    }
    files_.failures().clear();
    remove_tree_content(place(StoreKind::hard_link), "");
    EXPECT_THAT(files_.names_in("/home"), ElementsAre("d"));
    EXPECT_THAT(files_.names_in("/store"), IsEmpty());
    ASSERT_LT(call, 10'000U);
  }
  EXPECT_GT(interruptions, 3);
}

TEST_F(TreeContentTest, RemovalFollowsNoLinkAndCrossesNoMount) {
  files_.add_file("/elsewhere/precious", "precious");
  files_.add_file("/home/a", "content");
  keep(*writer(StoreKind::uncompressed), "/home/a");
  files_.add_symlink(tree_of(kFirst) + "/home/link", "/elsewhere");
  files_.mount(tree_of(kFirst) + "/home/mounted");
  files_.add_file(tree_of(kFirst) + "/home/mounted/precious", "precious");
  EXPECT_EQ(error_of([&] { remove_tree_content(place(StoreKind::uncompressed), kFirst); }).code(), ErrorCode::refused);
  const auto left = files_.paths_below("/store/Tree");
  EXPECT_THAT(left, ::testing::Contains(::testing::EndsWith("/mounted/precious")));
  EXPECT_THAT(left, ::testing::Not(::testing::Contains(::testing::EndsWith("/a"))))
      << "everything else goes all the same";
  EXPECT_TRUE(files_.exists("/elsewhere/precious"));
}

TEST_F(TreeContentTest, RemovalStopsAtABindMountOfTheSameVolume) {
  files_.add_file("/elsewhere/precious", "precious");
  files_.add_file("/elsewhere/deep/precious", "precious");
  files_.add_file("/home/a", "content");
  for (const char* on : {"", "/deep/er"}) {
    keep(*writer(StoreKind::hard_link), "/home/a");
    const std::string bound = tree_of(kFirst) + on + "/bound";
    files_.add_folder(bound);
    files_.bind("/elsewhere", bound);
    const Error error = error_of([&] { remove_tree_content(place(StoreKind::hard_link), kFirst); });
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_THAT(error.message(), HasSubstr("something is mounted on bound"));
    EXPECT_TRUE(files_.exists("/elsewhere/precious"));
    EXPECT_TRUE(files_.exists("/elsewhere/deep/precious"));
  }
}

TEST_F(TreeContentTest, ATreeThatShowsAnotherFolderIsNotEmptied) {
  files_.add_file("/elsewhere/" + std::string(kFirst) + "/precious", "precious");
  files_.edit("/elsewhere", [](Metadata& metadata) { metadata.mode = 0700; });
  files_.add_file("/home/a", "content");
  keep(*writer(StoreKind::hard_link), "/home/a");
  files_.bind("/elsewhere", "/store/Tree");
  EXPECT_EQ(error_of([&] { remove_tree_content(place(StoreKind::hard_link), kFirst); }).code(), ErrorCode::refused);
  EXPECT_TRUE(files_.exists("/elsewhere/" + std::string(kFirst) + "/precious"));
}

TEST_F(TreeContentTest, KeepsFewFoldersOpenHoweverDeepAndWide) {
  std::string deep = "/home";
  for (int level = 0; level < 300; ++level) deep += "/d";
  files_.add_file(deep + "/file", "deep");
  for (int folder = 0; folder < 300; ++folder) files_.add_file("/home/" + std::to_string(folder) + "/f", "wide");
  const auto writing = writer(StoreKind::uncompressed);
  const Object object = keep(*writing, deep + "/file");
  for (int folder = 0; folder < 300; ++folder) keep(*writing, "/home/" + std::to_string(folder) + "/f");
  EXPECT_LT(files_.open_folders(), 200U);
  EXPECT_EQ(read(*reader(StoreKind::uncompressed), object), "deep");
  remove_tree_content(place(StoreKind::uncompressed), "");
  EXPECT_THAT(files_.names_in("/store"), IsEmpty());
}

}  // namespace
}  // namespace rehome::store
