// SPDX-License-Identifier: Apache-2.0
// What every BlobStore must do, tried on blobs in memory, in a folder of the fake machine, in a folder on disk, and
// on a server.
#include "model/blob_store.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"
#include "base/machine/memory/memory_machine.h"
#include "flow/transport/folder_blob_store.h"
#include "flow/transport/memory_blob_store.h"
#include "tests/support/http_place.h"

namespace rehome {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// A place for blobs that two openers see, as two processes would.
class Place {
 public:
  virtual ~Place() = default;
  virtual OwnedBlobStore& store() = 0;
  virtual OwnedBlobStore& second_opener() = 0;
};

class InMemory final : public Place {
 public:
  OwnedBlobStore& store() override { return blobs_; }
  OwnedBlobStore& second_opener() override { return blobs_; }

 private:
  transport::MemoryBlobStore blobs_;
};

class InFolderOfFake final : public Place {
 public:
  InFolderOfFake() { machine_.add_folder("/store"); }
  OwnedBlobStore& store() override { return *first_; }
  OwnedBlobStore& second_opener() override { return *second_; }

 private:
  std::unique_ptr<OwnedBlobStore> open() {
    machine_.add_folder("/store");
    return transport::open_folder_blob_store(machine_.files().open_for_writing("/store"), "/store");
  }
  ManualClock clock_;
  MemoryMachine machine_{MachineFlavour::linux, clock_};
  std::unique_ptr<OwnedBlobStore> first_ = open();
  std::unique_ptr<OwnedBlobStore> second_ = open();
};

class InFolderOnDisk final : public Place {
 public:
  ~InFolderOnDisk() override { std::filesystem::remove_all(path_); }
  OwnedBlobStore& store() override { return *first_; }
  OwnedBlobStore& second_opener() override { return *second_; }

 private:
  static std::string make_folder() {
    std::string path = (std::filesystem::temp_directory_path() / "rehome-blobs-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return path;
  }
  std::unique_ptr<OwnedBlobStore> open() {
    return transport::open_folder_blob_store(tree_->open_for_writing("/"), path_);
  }
  std::string path_ = make_folder();
  std::unique_ptr<FileTree> tree_ = open_linux_file_tree(path_);
  std::unique_ptr<OwnedBlobStore> first_ = open();
  std::unique_ptr<OwnedBlobStore> second_ = open();
};

/// Over TLS, from two clients.
class OnServer final : public Place {
 public:
  OwnedBlobStore& store() override { return first_; }
  OwnedBlobStore& second_opener() override { return second_; }

 private:
  testing::HttpStoreServer server_;
  testing::OwnedOverHttp first_{server_};
  testing::OwnedOverHttp second_{server_};
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Place>()> make;
};

class BlobStoreConformance : public ::testing::TestWithParam<Kind> {
 protected:
  std::unique_ptr<Place> place_ = GetParam().make();
  OwnedBlobStore& store_ = place_->store();
};

INSTANTIATE_TEST_SUITE_P(Every, BlobStoreConformance,
                         ::testing::Values(Kind{"memory", [] { return std::make_unique<InMemory>(); }},
                                           Kind{"fake_folder", [] { return std::make_unique<InFolderOfFake>(); }},
                                           Kind{"disk_folder", [] { return std::make_unique<InFolderOnDisk>(); }},
                                           Kind{"http", [] { return std::make_unique<OnServer>(); }}),
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

std::vector<std::string> names_of(const std::vector<BlobInfo>& blobs) {
  std::vector<std::string> names;
  for (const BlobInfo& blob : blobs) names.push_back(blob.name);
  return names;
}

std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }

TEST_P(BlobStoreConformance, GivesBackWhatWasPut) {
  Bytes every_byte;
  for (int value = 0; value < 70'000; ++value) every_byte.push_back(static_cast<std::uint8_t>(value));
  store_.put("header", every_byte);
  store_.put("packs/7/empty", {});
  EXPECT_EQ(store_.get("header", every_byte.size()), every_byte);
  EXPECT_EQ(store_.get("packs/7/empty", 0), Bytes());
  EXPECT_EQ(store_.size_of("header"), 70'000);
  EXPECT_EQ(store_.size_of("packs/7/empty"), 0);
  EXPECT_EQ(place_->second_opener().get("header", every_byte.size()), every_byte);
}

TEST_P(BlobStoreConformance, NeverReplacesABlob) {
  store_.put("a/b", as_bytes("first"));
  EXPECT_EQ(code_of([&] { store_.put("a/b", as_bytes("second")); }), ErrorCode::already_exists);
  EXPECT_EQ(code_of([&] { place_->second_opener().put("a/b", {}); }), ErrorCode::already_exists);
  EXPECT_EQ(text(store_.get("a/b", 10)), "first");
}

TEST_P(BlobStoreConformance, SaysWhatIsNotThere) {
  store_.put("packs/1/x", as_bytes("x"));
  for (const char* name : {"y", "packs/1/y", "packs/2/x", "packs", "packs/1", "packs/1/x/y"}) {
    EXPECT_EQ(code_of([&] { store_.get(name, 10); }), ErrorCode::not_found) << name;
    EXPECT_EQ(code_of([&] { store_.get_range(name, 0, 0); }), ErrorCode::not_found) << name;
    EXPECT_EQ(store_.size_of(name), std::nullopt) << name;
    store_.remove(name);
  }
  EXPECT_EQ(text(store_.get("packs/1/x", 1)), "x");
}

TEST_P(BlobStoreConformance, RefusesABlobAboveTheLimit) {
  store_.put("a", as_bytes("12345"));
  EXPECT_EQ(code_of([&] { store_.get("a", 4); }), ErrorCode::limit_exceeded);
  EXPECT_EQ(text(store_.get("a", 5)), "12345");
}

TEST_P(BlobStoreConformance, GivesExactRanges) {
  store_.put("a", as_bytes("0123456789"));
  EXPECT_EQ(text(store_.get_range("a", 3, 4)), "3456");
  EXPECT_EQ(text(store_.get_range("a", 0, 10)), "0123456789");
  EXPECT_EQ(text(store_.get_range("a", 10, 0)), "");
  EXPECT_EQ(code_of([&] { store_.get_range("a", 3, 8); }), ErrorCode::corrupt);
  EXPECT_EQ(code_of([&] { store_.get_range("a", 11, 0); }), ErrorCode::corrupt);
  EXPECT_EQ(code_of([&] { store_.get_range("a", 1, UINT64_MAX); }), ErrorCode::corrupt);
  EXPECT_EQ(code_of([&] { store_.get_range("a", UINT64_MAX, 2); }), ErrorCode::corrupt);
}

TEST_P(BlobStoreConformance, ListsBelowAPrefix) {
  for (const char* name : {"header", "packs/1/a", "packs/1/b", "packs/2/a", "packs-2/a", "captures/x/complete"}) {
    store_.put(name, as_bytes(name));
  }
  EXPECT_THAT(names_of(store_.list("packs")), UnorderedElementsAre("packs/1/a", "packs/1/b", "packs/2/a"));
  EXPECT_THAT(names_of(store_.list("packs/2")), UnorderedElementsAre("packs/2/a"));
  EXPECT_THAT(names_of(store_.list("header")), IsEmpty());
  EXPECT_THAT(names_of(store_.list("pack")), IsEmpty());
  EXPECT_EQ(store_.list("").size(), 6);
  for (const BlobInfo& blob : store_.list("")) EXPECT_EQ(blob.size, blob.name.size());
}

TEST_P(BlobStoreConformance, RemovesOneBlob) {
  store_.put("a/b/c/d", as_bytes("x"));
  store_.put("a/b/c/e", as_bytes("y"));
  store_.remove("a/b/c/d");
  store_.remove("a/b/c/d");
  EXPECT_THAT(names_of(store_.list("")), UnorderedElementsAre("a/b/c/e"));
  store_.put("a/b/c/d", as_bytes("again"));
  EXPECT_EQ(text(store_.get("a/b/c/d", 5)), "again");
}

TEST_P(BlobStoreConformance, TakesNoNameThatIsNone) {
  for (const char* name :
       {"", ".", "..", "/a", "a/", "a//b", "a/../b", ".lock", "A", "a b", "a/b/c/d/e", "a\nb", "\xff"}) {
    EXPECT_EQ(code_of([&] { store_.put(name, {}); }), ErrorCode::invalid_argument) << name;
    EXPECT_EQ(code_of([&] { store_.get(name, 1); }), ErrorCode::invalid_argument) << name;
    EXPECT_EQ(code_of([&] { store_.get_range(name, 0, 0); }), ErrorCode::invalid_argument) << name;
    EXPECT_EQ(code_of([&] { store_.size_of(name); }), ErrorCode::invalid_argument) << name;
    EXPECT_EQ(code_of([&] { store_.remove(name); }), ErrorCode::invalid_argument) << name;
  }
  EXPECT_EQ(code_of([&] { store_.list(".."); }), ErrorCode::invalid_argument);
}

TEST_P(BlobStoreConformance, LetsExactlyOneOfManyPutAName) {
  constexpr int kThreads = 8;
  constexpr int kNames = 20;
  std::atomic<int> put = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int number = 0; number < kThreads; ++number) {
      threads.emplace_back([&, number] {
        OwnedBlobStore& store = number % 2 == 0 ? store_ : place_->second_opener();
        for (int name = 0; name < kNames; ++name) {
          try {
            store.put("packs/" + std::to_string(name) + "/x", as_bytes("from " + std::to_string(number)));
            ++put;
          } catch (const Error& error) {
            if (error.code() == ErrorCode::already_exists) ++refused;
          }
        }
      });
    }
  }
  EXPECT_EQ(put, kNames);
  EXPECT_EQ(refused, kNames * (kThreads - 1));
  EXPECT_EQ(store_.list("packs").size(), kNames);
  for (const BlobInfo& blob : store_.list("packs")) EXPECT_EQ(text(store_.get(blob.name, 6)).substr(0, 5), "from ");
}

TEST_P(BlobStoreConformance, PutsAndReadsFromManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kBlobs = 100;  // in more folders than handles are kept open
  std::vector<std::jthread> threads;
  for (int number = 0; number < kThreads; ++number) {
    threads.emplace_back([&, number] {
      for (int blob = 0; blob < kBlobs; ++blob) {
        const std::string name = "packs/" + std::to_string(blob) + "/" + std::to_string(number);
        store_.put(name, as_bytes(name));
        EXPECT_EQ(text(store_.get(name, 200)), name);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(store_.list("packs").size(), kThreads * kBlobs);
}

TEST_P(BlobStoreConformance, HasOneWriterAtATime) {
  {
    const auto lock = store_.lock();
    EXPECT_EQ(code_of([&] { place_->second_opener().lock(); }), ErrorCode::busy);
    EXPECT_EQ(code_of([&] { store_.lock(); }), ErrorCode::busy);
    store_.put("under-lock", {});
  }
  const auto lock = place_->second_opener().lock();
  EXPECT_THAT(names_of(store_.list("")), UnorderedElementsAre("under-lock"));
}

TEST_P(BlobStoreConformance, CleaningLeavesEveryBlob) {
  store_.put("a/b/c", as_bytes("1"));
  store_.put("d", as_bytes("2"));
  store_.put("e/f", as_bytes("3"));
  store_.remove("e/f");
  {
    const auto lock = store_.lock();
    store_.clean();
  }
  EXPECT_THAT(names_of(store_.list("")), UnorderedElementsAre("a/b/c", "d"));
  store_.put("e/f", as_bytes("4"));
  EXPECT_EQ(text(store_.get("e/f", 1)), "4");
  EXPECT_EQ(text(store_.get("a/b/c", 1)), "1");
}

TEST_P(BlobStoreConformance, TellsItsFreeSpace) {
  const auto before = store_.free_bytes();
  ASSERT_TRUE(before.has_value());
  EXPECT_GT(*before, 0U);
}

}  // namespace
}  // namespace rehome
