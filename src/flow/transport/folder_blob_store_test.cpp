// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/folder_blob_store.h"

#include <cerrno>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/core/error.h"
#include "base/machine/memory/memory_machine.h"

namespace rehome::transport {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FolderBlobStoreTest : public testing::Test {
 protected:
  FolderBlobStoreTest() { machine_.add_folder("/store"); }

  std::unique_ptr<StreamedBlobStore> open() {
    return open_folder_blob_store(machine_.files().open_for_writing("/store"), "/store");
  }
  std::vector<std::string> blobs() {
    std::vector<std::string> names;
    for (const BlobInfo& blob : open()->list("")) names.push_back(blob.name);
    return names;
  }

  ManualClock clock_;
  MemoryMachine machine_{MachineFlavour::linux, clock_};
  MemoryFileTree& files_ = machine_.files();
};

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::cancelled;
}

std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }

TEST_F(FolderBlobStoreTest, ABlobCanComeInPieces) {
  auto store = open();
  const auto writer = store->begin_put("packs/7/a");
  writer->write(as_bytes("one "));
  const auto rival = store->begin_put("packs/7/a");
  writer->write(as_bytes("two"));
  EXPECT_THAT(blobs(), IsEmpty());
  writer->finish();
  EXPECT_EQ(text(store->get("packs/7/a", 100)), "one two");
  rival->write(as_bytes("late"));
  EXPECT_EQ(code_of([&] { rival->finish(); }), ErrorCode::already_exists);
  EXPECT_EQ(code_of([&] { store->begin_put("packs/7/a"); }), ErrorCode::already_exists);
  EXPECT_EQ(code_of([&] { store->begin_put("packs/../a"); }), ErrorCode::invalid_argument);
  EXPECT_EQ(store->open_blob("packs/7/a")->inspect().size, 7U);
  EXPECT_EQ(code_of([&] { store->open_blob("packs/7/b"); }), ErrorCode::not_found);
}

TEST_F(FolderBlobStoreTest, AWriterThatIsGivenUpLeavesNothing) {
  open()->begin_put("packs/7/a")->write(as_bytes("one"));
  EXPECT_THAT(blobs(), IsEmpty());
  open()->put("packs/7/a", as_bytes("two"));
}

TEST_F(FolderBlobStoreTest, APutThatReturnedSurvivesAPowerCut) {
  files_.lose_unsynced();
  auto store = open();
  store->put("header", as_bytes("one"));
  store->put("packs/7/a", as_bytes("two"));
  store->put("packs/7/b", as_bytes("three"));
  store->put("packs/8/a", as_bytes("four"));
  files_.crash();
  store = open();
  EXPECT_EQ(text(store->get("header", 10)), "one");
  EXPECT_EQ(text(store->get("packs/7/a", 10)), "two");
  EXPECT_EQ(text(store->get("packs/7/b", 10)), "three");
  EXPECT_EQ(text(store->get("packs/8/a", 10)), "four");
}

TEST_F(FolderBlobStoreTest, AFolderMadeByOneThatDiedIsMadeDurableToo) {
  files_.lose_unsynced();
  machine_.files().open_for_writing("/store")->create_folder("packs");
  open()->put("packs/a", as_bytes("kept"));
  files_.crash();
  EXPECT_EQ(text(open()->get("packs/a", 4)), "kept");
}

TEST_F(FolderBlobStoreTest, ARemovalThatReturnedSurvivesAPowerCut) {
  open()->put("packs/a", as_bytes("x"));
  files_.lose_unsynced();
  open()->remove("packs/a");
  files_.crash();
  EXPECT_THAT(blobs(), IsEmpty());
}

/// Whatever call a put dies at: the blob is there with all of its content, or it is not there.
TEST_F(FolderBlobStoreTest, APutThatDiesLeavesAllOrNothing) {
  bool whole = false;
  for (std::uint64_t call = 1; !whole; ++call) {
    ASSERT_LT(call, 100U);
    for (const std::uint64_t luck : {1U, 2U, 3U, 4U}) {
      files_.remove("/store");
      files_.add_folder("/store");
      files_.lose_unsynced();
      const auto store = open();
      files_.failures().fail_everything_from(call, EIO);
      try {
        store->put("packs/7/a", as_bytes("content"));
        whole = true;
      } catch (const Error&) {
      }
      files_.failures().clear();
      files_.crash(luck);
      const auto after = open();
      if (whole || after->size_of("packs/7/a")) {
        EXPECT_EQ(text(after->get("packs/7/a", 100)), "content");
      }
      EXPECT_LE(after->list("").size(), 1U);
    }
  }
}

TEST_F(FolderBlobStoreTest, AFullVolumeIsSaidAndLeavesNothing) {
  files_.mount("/full", {.capacity_bytes = 10'000});
  const auto store = open_folder_blob_store(files_.open_for_writing("/full"), "/full");
  store->put("small", Bytes(1000));
  EXPECT_EQ(code_of([&] { store->put("large", Bytes(20'000)); }), ErrorCode::no_space);
  EXPECT_EQ(store->size_of("large"), std::nullopt);
  EXPECT_EQ(store->list("").size(), 1U);
  store->put("fits", Bytes(2000));
  EXPECT_LT(store->free_bytes().value(), 10'000U);
}

TEST_F(FolderBlobStoreTest, FollowsNoLinkAndReadsNothingButFiles) {
  files_.add_file("/secret", "secret");
  files_.add_file("/elsewhere/blob", "elsewhere");
  files_.add_symlink("/store/link", "/secret");
  files_.add_symlink("/store/packs", "/elsewhere");
  files_.add_special("/store/fifo", NodeKind::fifo);
  files_.add_special("/store/device", NodeKind::char_device, 5);
  files_.add_folder("/store/folder");
  const auto store = open();
  EXPECT_THAT(store->list(""), IsEmpty());
  EXPECT_THAT(store->list("packs"), IsEmpty());
  for (const char* name : {"link", "packs/blob", "fifo", "device", "folder"}) {
    EXPECT_EQ(store->size_of(name), std::nullopt) << name;
    EXPECT_EQ(code_of([&] { store->get(name, 100); }), ErrorCode::not_found) << name;
    EXPECT_EQ(code_of([&] { store->get_range(name, 0, 0); }), ErrorCode::not_found) << name;
    EXPECT_NE(code_of([&] { store->put(name, as_bytes("x")); }), ErrorCode::cancelled) << name;
    store->remove(name);
  }
  EXPECT_THAT(files_.names_in("/store"), ElementsAre("device", "fifo", "folder", "link", "packs"));
  EXPECT_EQ(files_.content_of("/secret"), "secret");
  EXPECT_THAT(files_.names_in("/elsewhere"), ElementsAre("blob"));
}

TEST_F(FolderBlobStoreTest, ListsOnlyWhatCanBeABlob) {
  files_.add_file("/store/Readme.txt", "");
  files_.add_file("/store/.hidden", "");
  files_.add_file("/store/a b", "");
  files_.add_file("/store/Tree/x/y", "");
  files_.add_file("/store/1/2/3/4/5/6", "");
  files_.add_file("/store/1/2/3/blob", "x");
  EXPECT_THAT(blobs(), ElementsAre("1/2/3/blob"));
}

TEST_F(FolderBlobStoreTest, CleaningTakesLeftoversAndNothingElse) {
  open()->put("packs/1/a", as_bytes("a"));
  files_.add_file("/store/packs/1/.rehome-tmp-0123", "half");
  files_.add_file("/store/.rehome-tmp-4567", "half");
  files_.add_folder("/store/packs/2");
  files_.add_file("/store/.bashrc", "not ours");
  files_.add_file("/store/packs/notes.TXT", "not ours");
  files_.add_file("/store/Tree/x/.rehome-tmp-89ab", "a captured file may be called so");
  files_.add_folder("/store/Tree/empty");
  files_.add_file("/elsewhere/.rehome-tmp-cdef", "");
  files_.add_symlink("/store/link", "/elsewhere");
  open()->clean();
  EXPECT_THAT(files_.paths_below("/store"),
              UnorderedElementsAre("/store/.bashrc", "/store/Tree", "/store/Tree/empty", "/store/Tree/x",
                                   "/store/Tree/x/.rehome-tmp-89ab", "/store/link", "/store/packs", "/store/packs/1",
                                   "/store/packs/1/a", "/store/packs/notes.TXT"));
  EXPECT_TRUE(files_.exists("/elsewhere/.rehome-tmp-cdef"));
}

TEST_F(FolderBlobStoreTest, KeepsFewFoldersOpen) {
  const auto store = open();
  for (int folder = 0; folder < 500; ++folder) store->put("packs/" + std::to_string(folder) + "/a", {});
  EXPECT_LT(files_.open_folders(), 150U);
}

TEST_F(FolderBlobStoreTest, NamesTheBlobAndTheStoreInErrors) {
  try {
    open()->get("packs/7/a", 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("packs/7/a"));
    EXPECT_THAT(error.what(), testing::HasSubstr("/store"));
  }
}

}  // namespace
}  // namespace rehome::transport
