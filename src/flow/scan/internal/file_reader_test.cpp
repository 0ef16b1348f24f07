// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/file_reader.h"

#include <cerrno>
#include <chrono>

#include "flow/scan/internal/testing/scan_fixture.h"

namespace rehome::scan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class FileReaderTest : public ScanFixture {
 protected:
  FileReaderTest() {
    machine.add_file(path, "first");
    plan.take(path);
  }
  void change(const std::string& content) {
    clock.advance(std::chrono::milliseconds(1));
    machine.add_file(path, content);
  }
  const MachinePath path = "/home/ann/f";
  const std::string name = "1: home/f";
};

TEST_F(FileReaderTest, AFileThatChangedOnceIsReadAgain) {
  failures.before(Operation::read, path, [&](const MachinePath&) { change("second"); }, 2);
  run();
  EXPECT_EQ(sink.content_of(name), "second");
  EXPECT_EQ(sink.find(name)->metadata.modified, files.inspect(path).metadata.modified);
  EXPECT_THAT(sink.findings(), IsEmpty());
  EXPECT_EQ(progress.bytes, 6U) << "a second reading counts no more than the first";
}

TEST_F(FileReaderTest, AFileThatAlwaysChangesIsKeptAndReported) {
  options.reads_of_changing_file = 4;
  int changes = 0;
  failures.before(
      Operation::read, path, [&](const MachinePath&) { change(std::string(10, static_cast<char>('a' + ++changes))); },
      0);
  run();
  EXPECT_EQ(failures.calls(Operation::open_file, path), 4U);
  EXPECT_EQ(sink.content_of(name).size(), 10U);
  EXPECT_THAT(sink.findings(), ElementsAre("changed " + path));
  EXPECT_EQ(progress.bytes, 10U);
}

TEST_F(FileReaderTest, ATouchedAttributeCountsAsAChange) {
  failures.before(Operation::read, path, [&](const MachinePath&) {
    clock.advance(std::chrono::seconds(1));
    files.edit(path, [&](Metadata& metadata) {
      metadata.mode = 0600;
      metadata.changed = clock.now();
    });
  });
  run();
  EXPECT_EQ(sink.find(name)->metadata.mode, 0600U);
  EXPECT_EQ(failures.calls(Operation::open_file, path), 2U);
}

TEST_F(FileReaderTest, AFileThatIsReplacedWhileReadIsReadAgain) {
  failures.before(Operation::read, path, [&](const MachinePath&) {
    files.add_file("/home/ann/.f.new", "third");  // same length, same times, another inode
    files.rename("/home/ann/.f.new", path);
  });
  run();
  EXPECT_EQ(sink.content_of(name), "third");
  EXPECT_EQ(sink.find(name)->source_inode, files.inspect(path).inode);
}

TEST_F(FileReaderTest, AFileThatVanishesWhileReadIsReported) {
  failures.before(Operation::read, path, [&](const MachinePath&) { files.remove(path); });
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("vanished " + path));
  EXPECT_THAT(sink.names(), IsEmpty()) << "and no folder is recorded for its sake";
  EXPECT_EQ(progress.bytes, 0U);
}

TEST_F(FileReaderTest, AFileThatBecomesSomethingElseIsReported) {
  failures.before(Operation::read, path, [&](const MachinePath&) {
    files.remove(path);
    files.add_symlink(path, "elsewhere");
  });
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("vanished " + path));
}

TEST_F(FileReaderTest, WhatTheSinkHoldsIsNotOpened) {
  sink.on_reuse = [](Object& object) {
    object.metadata.attributes = {{"user.kept", {}}};
    return true;
  };
  run();
  EXPECT_EQ(failures.calls(Operation::open_file), 0U);
  EXPECT_EQ(failures.calls(Operation::read_attributes, path), 0U);
  EXPECT_EQ(sink.find(name)->metadata.attributes.size(), 1U);
  EXPECT_EQ(progress.bytes, 5U);
}

TEST_F(FileReaderTest, TheSinkIsAskedWithAllThatLstatTells) {
  Object asked;
  sink.on_reuse = [&](Object& object) {
    asked = object;
    return false;
  };
  run();
  const NodeInfo info = files.inspect(path);
  EXPECT_EQ(name_of(asked), name);
  EXPECT_EQ(asked.size, 5U);
  EXPECT_EQ(asked.source_inode, info.inode);
  EXPECT_EQ(asked.metadata.modified, info.metadata.modified);
  EXPECT_EQ(asked.metadata.changed, info.metadata.changed);
}

TEST_F(FileReaderTest, TheLinkOfAHardLinkStoreIsNoChange) {
  sink.on_keep = [&](Object&, FileSource& source) {
    clock.advance(std::chrono::seconds(1));
    files.add_link("/store/" + std::string(source.name()), path);
  };
  run();
  EXPECT_THAT(sink.findings(), IsEmpty());
  EXPECT_EQ(sink.find(name)->metadata.changed, files.inspect(path).metadata.changed);
}

TEST_F(FileReaderTest, AFileThatVanishesBeforeItIsLinkedIsReported) {
  sink.on_keep = [&](Object&, FileSource& source) {
    files.remove(path);
    files.open_for_writing("/")->link("l", source.folder(), source.name());
  };
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("vanished " + path));
}

TEST_F(FileReaderTest, ALostFolderOfTheStoreIsTheStoresFailure) {
  sink.on_keep = [](Object&, FileSource&) { throw Error(ErrorCode::not_found, "the store has gone"); };
  EXPECT_EQ(run_to_error(), ErrorCode::not_found);
}

TEST_F(FileReaderTest, AnErrorThatTheStoreWrapsIsStillTheSources) {
  failures.fail(Operation::read, path, EIO);
  sink.on_keep = [&](Object& object, FileSource& source) {
    try {
      sink.read(object, source);
    } catch (const Error&) {
      throw Error(ErrorCode::corrupt, "wrapped");
    }
  };
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("unreadable " + path));
}

}  // namespace
}  // namespace rehome::scan
