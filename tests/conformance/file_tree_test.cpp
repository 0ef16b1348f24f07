// SPDX-License-Identifier: Apache-2.0
// The contract of FileTree, Folder and WritableFolder (base/machine/file_tree.h), held against every implementation.
#include "base/machine/file_tree.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"
#include "base/machine/memory/memory_machine.h"

namespace rehome {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// An empty tree of one kind.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual FileTree& files() = 0;
};

class MemorySubject final : public Subject {
 public:
  FileTree& files() override { return tree_; }

 private:
  ManualClock clock_;
  MemoryFileTree tree_{MachineFlavour::linux, clock_};
};

class LinuxSubject final : public Subject {
 public:
  LinuxSubject() {
    std::string name = (std::filesystem::temp_directory_path() / "rehome-conformance-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw system_error(errno, "make a temporary folder");
    root_ = name;
    tree_ = open_linux_file_tree(root_);
  }
  ~LinuxSubject() override { std::filesystem::remove_all(root_); }
  FileTree& files() override { return *tree_; }

 private:
  std::string root_;
  std::unique_ptr<FileTree> tree_;
};

struct Kind {
  const char* name;
  std::unique_ptr<Subject> (*make)();
};

template <typename T>
std::unique_ptr<Subject> make_subject() {
  return std::make_unique<T>();
}

/// The code of the Error that `action` throws; none if it throws nothing.
std::optional<ErrorCode> code_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

int errno_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.system_code();
  }
  return 0;
}

void write_file(WritableFolder& folder, std::string_view name, std::string_view content) {
  const auto file = folder.create_file(name);
  file->write_at(0, as_bytes(content));
  file->commit();
}

std::string read_whole(ReadableFile& file) {
  std::string content;
  Bytes piece(1000);
  while (const std::size_t count = file.read_at(content.size(), piece)) {
    content += as_text(ByteView(piece).first(count));
  }
  return content;
}

std::string read_file(Folder& folder, std::string_view name) { return read_whole(*folder.open_file(name)); }

std::vector<std::string> names_in(Folder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : folder.list()) names.push_back(entry.name);
  return names;
}

class FileTreeContract : public ::testing::TestWithParam<Kind> {
 protected:
  FileTree& files() { return subject_->files(); }
  WritableFolder& root() { return *root_; }
  std::unique_ptr<WritableFolder> make_folder(WritableFolder& in, std::string_view name) {
    in.create_folder(name);
    return in.open_folder_for_writing(name);
  }

 private:
  std::unique_ptr<Subject> subject_ = GetParam().make();
  std::unique_ptr<WritableFolder> root_ = subject_->files().open_for_writing("/");
};

INSTANTIATE_TEST_SUITE_P(All, FileTreeContract,
                         ::testing::Values(Kind{"memory", make_subject<MemorySubject>},
                                           Kind{"linux", make_subject<LinuxSubject>}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(FileTreeContract, NamesMayHoldAnyByteButNulAndSlash) {
  const std::vector<std::string> names = {"plain", "new\nline",   "\xff\xfe broken utf-8", " ",
                                          "-rf",   "back\\slash", std::string(255, 'n')};
  for (const auto& name : names) write_file(root(), name, name);
  EXPECT_THAT(names_in(root()), ::testing::UnorderedElementsAreArray(names));
  for (const auto& name : names) EXPECT_EQ(read_file(root(), name), name);
}

TEST_P(FileTreeContract, RefusesNamesThatAreNoSingleComponent) {
  make_folder(root(), "a")->create_folder("b");
  for (const std::string& name : {""s, "."s, ".."s, "a/b"s, "/"s, "a\0b"s, std::string(256, 'n')}) {
    EXPECT_THROW(root().inspect(name), Error) << name;
    EXPECT_THROW(root().open_folder(name), Error) << name;
    EXPECT_THROW(root().open_file(name), Error) << name;
    EXPECT_THROW(root().read_link(name), Error) << name;
    EXPECT_THROW(root().create_folder(name), Error) << name;
    EXPECT_THROW(root().create_symlink(name, "x"), Error) << name;
    EXPECT_THROW(root().open_folder_for_writing(name), Error) << name;
    EXPECT_THROW(root().create_file(name)->commit(), Error) << name;
    EXPECT_THROW(root().create_special(name, NodeKind::fifo, 0), Error) << name;
    EXPECT_THROW(root().remove_folder(name), Error) << name;
    EXPECT_THROW(root().set_metadata(name, {}, {}), Error) << name;
    EXPECT_THROW(root().rename("a", root(), name, true), Error) << name;
    EXPECT_THROW(root().try_lock(name), Error) << name;
  }
  EXPECT_THAT(names_in(root()), ElementsAre("a"));
}

TEST_P(FileTreeContract, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(code_of([&] { root().inspect("gone"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { root().open_file("gone"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { root().open_folder("gone"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { root().read_link("gone"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { root().remove_file("gone"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { root().rename("gone", root(), "x", false); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { files().open("/gone"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { files().open_for_writing("/gone/deeper"); }), ErrorCode::not_found);
}

TEST_P(FileTreeContract, AFileAppearsOnlyWithCommit) {
  {
    const auto file = root().create_file("f");
    file->write_at(0, as_bytes("content"));
    EXPECT_EQ(code_of([&] { root().inspect("f"); }), ErrorCode::not_found);
    file->sync();
    file->commit();
  }
  EXPECT_EQ(read_file(root(), "f"), "content");
  EXPECT_THAT(names_in(root()), ElementsAre("f"));
}

TEST_P(FileTreeContract, AFileThatIsNotCommittedLeavesNoTrace) {
  root().create_file("f")->write_at(0, as_bytes("content"));
  EXPECT_THAT(names_in(root()), IsEmpty());
}

TEST_P(FileTreeContract, CommitNeverReplaces) {
  write_file(root(), "f", "old");
  const auto file = root().create_file("f");
  file->write_at(0, as_bytes("new"));
  EXPECT_EQ(code_of([&] { file->commit(); }), ErrorCode::already_exists);
  EXPECT_EQ(read_file(root(), "f"), "old");
}

TEST_P(FileTreeContract, CommitReplacingTakesTheNameOfAFileOrLink) {
  write_file(root(), "f", "old");
  root().create_symlink("l", "f");
  for (const char* name : {"f", "l", "fresh"}) {
    const auto file = root().create_file(name);
    file->write_at(0, as_bytes(name));
    file->commit_replacing();
    EXPECT_EQ(read_file(root(), name), name);
  }
  EXPECT_THAT(names_in(root()), UnorderedElementsAre("f", "l", "fresh"));
}

TEST_P(FileTreeContract, CommitReplacingSparesFolders) {
  root().create_folder("d");
  const auto file = root().create_file("d");
  EXPECT_THROW(file->commit_replacing(), Error);
  EXPECT_EQ(root().inspect("d").kind, NodeKind::folder);
  EXPECT_THAT(names_in(root()), ElementsAre("d"));
}

TEST_P(FileTreeContract, HolesAreKeptAndReadAsZeros) {
  constexpr std::uint64_t kFar = 8 << 20;
  {
    const auto file = root().create_file("sparse");
    file->write_at(0, as_bytes("begin"));
    file->write_at(kFar, as_bytes("end"));
    file->set_size(2 * kFar);
    file->commit();
  }
  const auto file = root().open_file("sparse");
  const NodeInfo info = file->inspect();
  EXPECT_EQ(info.size, 2 * kFar);
  EXPECT_LT(info.allocated, 1U << 20);
  const auto extents = file->data_extents();
  ASSERT_EQ(extents.size(), 2U);
  EXPECT_EQ(extents[0].offset, 0U);
  EXPECT_LE(extents[1].offset, kFar);
  EXPECT_GE(extents[1].offset + extents[1].length, kFar + 3);
  Bytes piece(10, 0xee);
  EXPECT_EQ(file->read_at(kFar - 5, piece), 10U);
  EXPECT_EQ(as_text(piece), "\0\0\0\0\0end\0\0"s);
}

TEST_P(FileTreeContract, ExtentsOfDenseAndEmptyFiles) {
  write_file(root(), "dense", std::string(10'000, 'x'));
  write_file(root(), "empty", "");
  EXPECT_THAT(root().open_file("dense")->data_extents(), ElementsAre(Extent{0, 10'000}));
  EXPECT_THAT(root().open_file("empty")->data_extents(), IsEmpty());
}

TEST_P(FileTreeContract, SetSizeCuts) {
  const auto file = root().create_file("f");
  file->write_at(0, as_bytes("0123456789"));
  file->set_size(4);
  file->set_size(6);
  file->commit();
  EXPECT_EQ(read_file(root(), "f"), "0123\0\0"s);
}

TEST_P(FileTreeContract, ReadingEndsAtTheEnd) {
  write_file(root(), "f", "0123456789");
  const auto file = root().open_file("f");
  Bytes piece(4);
  EXPECT_EQ(file->read_at(8, piece), 2U);
  EXPECT_EQ(file->read_at(10, piece), 0U);
  EXPECT_EQ(file->read_at(1000, piece), 0U);
}

TEST_P(FileTreeContract, OpensRegularFilesOnlyAndBlocksOnNothing) {
  root().create_folder("folder");
  root().create_symlink("link", "file");
  root().create_special("fifo", NodeKind::fifo, 0);
  write_file(root(), "file", "x");
  for (const char* name : {"folder", "link", "fifo"}) EXPECT_THROW(root().open_file(name), Error) << name;
}

TEST_P(FileTreeContract, OpeningAFolderFollowsNoLink) {
  root().create_folder("folder");
  root().create_symlink("link", "folder");
  write_file(root(), "file", "x");
  for (const char* name : {"link", "file"}) {
    EXPECT_EQ(code_of([&] { root().open_folder(name); }), ErrorCode::not_found) << name;
    EXPECT_EQ(code_of([&] { root().open_folder_for_writing(name); }), ErrorCode::not_found) << name;
  }
}

TEST_P(FileTreeContract, InspectTellsKindSizeAndIdentity) {
  write_file(root(), "file", "12345");
  root().create_folder("folder");
  root().create_symlink("link", "nowhere");
  root().create_special("fifo", NodeKind::fifo, 0);
  root().create_special("socket", NodeKind::socket, 0);
  EXPECT_EQ(root().inspect("file").kind, NodeKind::file);
  EXPECT_EQ(root().inspect("file").size, 5U);
  EXPECT_EQ(root().inspect("folder").kind, NodeKind::folder);
  EXPECT_EQ(root().inspect("link").kind, NodeKind::symlink);
  EXPECT_EQ(root().inspect("link").size, 7U);
  EXPECT_EQ(root().inspect("fifo").kind, NodeKind::fifo);
  EXPECT_EQ(root().inspect("socket").kind, NodeKind::socket);
  std::set<std::uint64_t> inodes;
  for (const auto& entry : root().list()) {
    const NodeInfo info = root().inspect(entry.name);
    EXPECT_EQ(entry.inode, info.inode);
    EXPECT_TRUE(entry.kind == NodeKind::unknown || entry.kind == info.kind) << entry.name;
    EXPECT_EQ(info.device, root().inspect_self().device);
    inodes.insert(info.inode);
  }
  EXPECT_EQ(inodes.size(), 5U);
  EXPECT_EQ(root().open_file("file")->inspect().inode, root().inspect("file").inode);
  EXPECT_EQ(root().open_folder("folder")->inspect_self().inode, root().inspect("folder").inode);
}

TEST_P(FileTreeContract, DevicesKeepTheirNumber) {
  constexpr std::uint64_t kNull = std::uint64_t{1} << 32 | 3;
  try {
    root().create_special("null", NodeKind::char_device, kNull);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::permission_denied) throw;
    GTEST_SKIP() << "this process may not make device nodes";
  }
  EXPECT_EQ(root().inspect("null").kind, NodeKind::char_device);
  EXPECT_EQ(root().inspect("null").device_number, kNull);
}

TEST_P(FileTreeContract, SymlinksKeepEveryByteOfTheirTarget) {
  const std::string target = "../\xff\n/" + std::string(1000, 't');
  root().create_symlink("l", target);
  EXPECT_EQ(root().read_link("l"), target);
  write_file(root(), "f", "");
  EXPECT_THROW(root().read_link("f"), Error);
}

TEST_P(FileTreeContract, NothingIsMadeOverSomethingElse) {
  write_file(root(), "taken", "x");
  EXPECT_EQ(code_of([&] { root().create_folder("taken"); }), ErrorCode::already_exists);
  EXPECT_EQ(code_of([&] { root().create_symlink("taken", "x"); }), ErrorCode::already_exists);
  EXPECT_EQ(code_of([&] { root().create_special("taken", NodeKind::fifo, 0); }), ErrorCode::already_exists);
  EXPECT_EQ(code_of([&] { root().link("taken", root(), "taken"); }), ErrorCode::already_exists);
}

TEST_P(FileTreeContract, NewThingsArePrivate) {
  write_file(root(), "file", "x");
  root().create_folder("folder");
  EXPECT_EQ(root().inspect("file").metadata.mode & 077, 0U);
  EXPECT_EQ(root().inspect("folder").metadata.mode & 077, 0U);
}

TEST_P(FileTreeContract, HardLinksShareOneNode) {
  write_file(root(), "first", "x");
  const auto folder = make_folder(root(), "folder");
  folder->link("second", root(), "first");
  EXPECT_EQ(folder->inspect("second").inode, root().inspect("first").inode);
  EXPECT_EQ(root().inspect("first").link_count, 2U);
  root().remove_file("first");
  EXPECT_EQ(folder->inspect("second").link_count, 1U);
  EXPECT_EQ(read_file(*folder, "second"), "x");
}

TEST_P(FileTreeContract, ASymlinkIsLinkedItselfNotItsTarget) {
  write_file(root(), "target", "x");
  root().create_symlink("l", "target");
  root().link("l2", root(), "l");
  EXPECT_EQ(root().inspect("l2").kind, NodeKind::symlink);
  EXPECT_EQ(root().inspect("target").link_count, 1U);
}

TEST_P(FileTreeContract, LinksNeedAFileOfTheSameMachine) {
  root().create_folder("folder");
  EXPECT_THROW(root().link("second", root(), "folder"), Error);
  EXPECT_EQ(code_of([&] { root().link("second", root(), "gone"); }), ErrorCode::not_found);
  const ManualClock clock;
  MemoryFileTree other(MachineFlavour::linux, clock);
  other.add_file("/f", "x");
  EXPECT_EQ(errno_of([&] { root().link("second", *other.open("/"), "f"); }), EXDEV);
}

TEST_P(FileTreeContract, RenameMovesBetweenFolders) {
  const auto a = make_folder(root(), "a"), b = make_folder(root(), "b");
  write_file(*a, "f", "x");
  a->rename("f", *b, "g", false);
  EXPECT_THAT(names_in(*a), IsEmpty());
  EXPECT_EQ(read_file(*b, "g"), "x");
  root().rename("a", *b, "a", false);
  EXPECT_THAT(names_in(*b), UnorderedElementsAre("a", "g"));
}

TEST_P(FileTreeContract, RenameReplacesOnlyWhenAsked) {
  write_file(root(), "new", "new");
  write_file(root(), "old", "old");
  EXPECT_EQ(code_of([&] { root().rename("new", root(), "old", false); }), ErrorCode::already_exists);
  EXPECT_EQ(read_file(root(), "old"), "old");
  root().rename("new", root(), "old", true);
  EXPECT_EQ(read_file(root(), "old"), "new");
  EXPECT_THAT(names_in(root()), ElementsAre("old"));
}

TEST_P(FileTreeContract, RenameNeverLosesAFolder) {
  const auto a = make_folder(root(), "a");
  const auto inner = make_folder(*a, "inner");
  write_file(root(), "f", "x");
  EXPECT_THROW(root().rename("a", *inner, "a", false), Error);
  EXPECT_THROW(root().rename("f", root(), "a", true), Error);
  EXPECT_THROW(root().rename("a", root(), "f", true), Error);
  root().create_folder("b");
  EXPECT_EQ(code_of([&] { root().rename("b", root(), "a", true); }), ErrorCode::already_exists);
  EXPECT_THAT(names_in(root()), UnorderedElementsAre("a", "b", "f"));
}

TEST_P(FileTreeContract, RemovesWhatItIsToldAndNothingElse) {
  const auto folder = make_folder(root(), "folder");
  write_file(*folder, "f", "x");
  root().create_symlink("link", "folder");
  EXPECT_EQ(code_of([&] { root().remove_folder("folder"); }), ErrorCode::already_exists);
  EXPECT_THROW(root().remove_file("folder"), Error);
  EXPECT_THROW(root().remove_folder("link"), Error);
  root().remove_file("link");
  EXPECT_THAT(names_in(*folder), ElementsAre("f"));
  folder->remove_file("f");
  root().remove_folder("folder");
  EXPECT_THAT(names_in(root()), IsEmpty());
  EXPECT_THROW(folder->create_folder("orphan"), Error);
}

Metadata some_metadata() {
  Metadata metadata;
  metadata.mode = 0640;
  metadata.uid = 12345;
  metadata.gid = 54321;
  metadata.modified = {1'000'000'000, 123'456'789};
  metadata.accessed = {1'100'000'000, 987'654'321};
  return metadata;
}

void expect_kept(const Metadata& found, const Metadata& wanted) {
  EXPECT_EQ(found.mode, wanted.mode);
  EXPECT_EQ(found.uid, wanted.uid);
  EXPECT_EQ(found.gid, wanted.gid);
  EXPECT_EQ(found.modified, wanted.modified);
  EXPECT_EQ(found.accessed, wanted.accessed);
}

TEST_P(FileTreeContract, MetadataOfAFileIsKept) {
  const auto file = root().create_file("f");
  file->write_at(0, as_bytes("x"));
  EXPECT_THAT(file->set_metadata(some_metadata()), IsEmpty());
  file->commit();
  expect_kept(root().inspect("f").metadata, some_metadata());
}

TEST_P(FileTreeContract, SetuidBitsSurviveTheChangeOfOwner) {
  Metadata metadata = some_metadata();
  metadata.mode = 06755;
  const auto file = root().create_file("f");
  file->write_at(0, as_bytes("x"));
  file->set_metadata(metadata);
  file->commit();
  EXPECT_EQ(root().inspect("f").metadata.mode, 06755U);
  root().set_metadata("f", root().inspect("f").identity(), metadata);
  EXPECT_EQ(root().inspect("f").metadata.mode, 06755U);
}

TEST_P(FileTreeContract, MetadataOfEveryKindIsKept) {
  const auto folder = make_folder(root(), "folder");
  root().create_special("fifo", NodeKind::fifo, 0);
  root().create_symlink("link", "folder");
  for (const char* name : {"folder", "fifo"}) {
    EXPECT_THAT(root().set_metadata(name, root().inspect(name).identity(), some_metadata()), IsEmpty()) << name;
    expect_kept(root().inspect(name).metadata, some_metadata());
  }
  Metadata metadata = some_metadata();
  metadata.uid = 7;
  EXPECT_THAT(folder->set_own_metadata(metadata), IsEmpty());
  expect_kept(folder->inspect_self().metadata, metadata);
  // A link has no mode of its own; its target must stay as it is.
  root().set_metadata("link", root().inspect("link").identity(), some_metadata());
  EXPECT_EQ(root().inspect("link").metadata.uid, 12345U);
  EXPECT_EQ(root().inspect("link").metadata.modified, some_metadata().modified);
  EXPECT_EQ(root().inspect("folder").metadata.uid, 7U);
}

TEST_P(FileTreeContract, MetadataGoesToTheNodeThatIsMeantOrNowhere) {
  write_file(root(), "file", "x");
  root().create_folder("folder");
  const std::map<std::string, NodeIdentity> nodes = {
      {"link", root().create_symlink("link", "target")},
      {"fifo", root().create_special("fifo", NodeKind::fifo, 0)},
      {"file", root().inspect("file").identity()},
      {"folder", root().inspect("folder").identity()},
  };
  for (const auto& [name, node] : nodes) {
    EXPECT_EQ(root().inspect(name).identity(), node) << name;
    root().rename(name, root(), "was " + name, false);
    write_file(root(), name, "another");
    const NodeInfo before = root().inspect(name);
    EXPECT_EQ(code_of([&] { root().set_metadata(name, node, some_metadata()); }), ErrorCode::refused) << name;
    EXPECT_EQ(root().inspect(name).metadata, before.metadata) << name;
    EXPECT_EQ(code_of([&] { root().set_metadata("gone", node, some_metadata()); }), ErrorCode::not_found);
    EXPECT_THAT(root().set_metadata("was " + name, node, some_metadata()), IsEmpty()) << name;
    EXPECT_EQ(root().inspect("was " + name).metadata.uid, some_metadata().uid) << name;
  }
}

TEST_P(FileTreeContract, AFileIsTheSameNodeBeforeAndAfterItHasAName) {
  const auto file = root().create_file("f");
  const NodeIdentity before = file->identity();
  file->commit();
  EXPECT_EQ(file->identity(), before);
  EXPECT_EQ(root().inspect("f").identity(), before);
}

TEST_P(FileTreeContract, AFolderIsMadeAndOpenedAtOnce) {
  const auto folder = root().create_and_open_folder("d");
  EXPECT_EQ(folder->inspect_self().identity(), root().inspect("d").identity());
  write_file(*folder, "f", "x");
  EXPECT_EQ(code_of([&] { root().create_and_open_folder("d"); }), ErrorCode::already_exists);
}

TEST_P(FileTreeContract, TemporaryNamesAreNobodys) {
  const std::string name = root().temporary_name();
  EXPECT_TRUE(name.starts_with(kTemporaryPrefix));
  EXPECT_NE(name, root().temporary_name());
  EXPECT_EQ(code_of([&] { root().inspect(name); }), ErrorCode::not_found);
}

TEST_P(FileTreeContract, ExtendedAttributesAreKeptSorted) {
  Metadata metadata = some_metadata();
  metadata.attributes = {{"user.b", Bytes{0, 1, 2, 255}}, {"user.a", {}}};
  root().create_folder("folder");
  const auto file = root().create_file("f");
  if (const auto losses = file->set_metadata(metadata); !losses.empty()) GTEST_SKIP() << losses[0];
  file->commit();
  root().set_metadata("folder", root().inspect("folder").identity(), metadata);
  const std::vector<ExtendedAttribute> wanted = {{"user.a", {}}, {"user.b", Bytes{0, 1, 2, 255}}};
  Metadata of_file, of_open_file, of_folder, own;
  root().read_attributes("f", of_file);
  root().open_file("f")->read_attributes(of_open_file);
  root().read_attributes("folder", of_folder);
  root().open_folder("folder")->read_own_attributes(own);
  EXPECT_EQ(of_file.attributes, wanted);
  EXPECT_EQ(of_open_file.attributes, wanted);
  EXPECT_EQ(of_folder.attributes, wanted);
  EXPECT_EQ(own.attributes, wanted);
  root().set_metadata("folder", root().inspect("folder").identity(), some_metadata());
  root().read_attributes("folder", of_folder);
  EXPECT_THAT(of_folder.attributes, IsEmpty()) << "attributes that are not wanted any more must go";
}

TEST_P(FileTreeContract, ReadingLeavesTheAccessTimeAlone) {
  Metadata metadata = some_metadata();
  metadata.accessed = {500'000'000, 5};  // before mtime: relatime would bring it forward
  const auto folder = make_folder(root(), "folder");
  write_file(*folder, "f", "x");
  folder->set_metadata("f", folder->inspect("f").identity(), metadata);
  root().set_metadata("folder", root().inspect("folder").identity(), metadata);
  const auto reader = root().open_folder("folder");
  reader->list();
  read_file(*reader, "f");
  EXPECT_EQ(reader->inspect("f").metadata.accessed, metadata.accessed);
  EXPECT_EQ(reader->inspect_self().metadata.accessed, metadata.accessed);
}

TEST_P(FileTreeContract, OpenResolvesLinksBeneathTheRoot) {
  const auto a = make_folder(root(), "a");
  write_file(*make_folder(*a, "b"), "f", "x");
  root().create_symlink("absolute", "/a/b");
  a->create_symlink("relative", "../a/b/");
  root().create_symlink("climbing", "../../../../a/b");
  root().create_symlink("twice", "absolute");
  for (const char* path : {"/a/b", "/absolute", "/a/relative", "/climbing", "/twice", "/a/../absolute/"}) {
    EXPECT_EQ(read_file(*files().open(path), "f"), "x") << path;
    EXPECT_EQ(files().canonical(path), "/a/b") << path;
  }
  EXPECT_EQ(files().canonical("/twice/f"), "/a/b/f");
  EXPECT_EQ(files().canonical("/gone/f"), "/gone/f");
  EXPECT_EQ(files().canonical("/twice/gone/f"), "/a/b/gone/f");
}

TEST_P(FileTreeContract, LinkLoopsEnd) {
  root().create_symlink("a", "b");
  root().create_symlink("b", "a");
  EXPECT_THROW(files().open("/a"), Error);
  EXPECT_EQ(files().canonical("/a/x"), "/a/x");
}

TEST_P(FileTreeContract, PathsMayBeLongerThanAnyLimitOfTheSystem) {
  constexpr int kDepth = 60;
  const std::string name(200, 'd');
  std::string path;
  auto folder = files().open_for_writing("/");
  for (int i = 0; i < kDepth; ++i) {
    folder = make_folder(*folder, name);
    path += "/" + name;
  }
  write_file(*folder, "f", "deep");
  EXPECT_EQ(read_file(*files().open(path), "f"), "deep");
  for (int i = 0; i < kDepth; ++i) {  // so that the temporary root can be removed by any tool
    path.resize(path.size() - name.size() - 1);
    const auto parent = files().open_for_writing(path.empty() ? "/" : path);
    const auto child = parent->open_folder_for_writing(name);
    if (i == 0) child->remove_file("f");
    parent->remove_folder(name);
  }
}

TEST_P(FileTreeContract, ALockIsHeldByOneAtATime) {
  auto held = root().try_lock("lock");
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(files().open_for_writing("/")->try_lock("lock"), nullptr);
  EXPECT_NE(root().try_lock("another"), nullptr);
  held.reset();
  EXPECT_NE(root().try_lock("lock"), nullptr);
}

TEST_P(FileTreeContract, SpaceAndVolumeArePlausible) {
  const Space space = root().space();
  EXPECT_GT(space.total_bytes, 0U);
  EXPECT_LE(space.free_bytes, space.total_bytes);
  EXPECT_GT(space.free_inodes, 0U);
  EXPECT_EQ(root().volume().device, root().inspect_self().device);
  EXPECT_FALSE(root().volume().type.empty());
  EXPECT_THAT(files().roots(), ElementsAre("/"));
}

TEST_P(FileTreeContract, SyncingChangesNothing) {
  write_file(root(), "f", "x");
  root().sync();
  root().sync_volume();
  EXPECT_EQ(read_file(root(), "f"), "x");
}

TEST_P(FileTreeContract, OneFolderServesManyThreads) {
  constexpr int kThreads = 4, kFiles = 50;
  {
    std::vector<std::jthread> writers;
    for (int t = 0; t < kThreads; ++t) {
      writers.emplace_back([this, t] {
        for (int i = 0; i < kFiles; ++i) {
          const std::string name = std::to_string(t) + "-" + std::to_string(i);
          write_file(root(), name, name);
          root().list();
          EXPECT_EQ(read_file(root(), name), name);
        }
      });
    }
  }
  EXPECT_EQ(root().list().size(), std::size_t{kThreads} * kFiles);
}

}  // namespace
}  // namespace rehome
