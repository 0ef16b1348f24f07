// SPDX-License-Identifier: Apache-2.0
#include "site/folder_marks.h"

#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FolderMarksTest : public TwoComputersTest {
 protected:
  void SetUp() override {
    TwoComputersTest::SetUp();
    if (IsSkipped()) return;
    point_ = world().add_usual_point();
  }
  FakeVaultFolders::Folder& folder() { return world().folders.folder("/smp"); }
  const std::string& id() const { return point_.folders.at(0).id; }
  /// As an earlier version left it.
  void forget_mark() {
    folder().mark.clear();
    world().database().write([](Transaction& transaction) {
      transaction.execute("UPDATE audit SET what = 'something else' WHERE what = 'folder marked'");
    });
  }
  MigrationPoint point_;
};

TEST_P(FolderMarksTest, AFolderIsMarkedWhenItIsAdded) {
  EXPECT_EQ(folder().mark, id());
  EXPECT_THAT(settle_folder_marks(site()), IsEmpty());
}

TEST_P(FolderMarksTest, WhatProvesToBeTheFolderIsMarked) {
  forget_mark();
  EXPECT_THAT(settle_folder_marks(site()), IsEmpty());
  EXPECT_EQ(folder().mark, id()) << "nothing is in it yet";
  world().capture(a_);
  forget_mark();
  EXPECT_THAT(settle_folder_marks(site()), IsEmpty());
  EXPECT_EQ(folder().mark, id()) << "its vault is there";
}

// The volume is not mounted while the server is started.
TEST_P(FolderMarksTest, AnEmptyFolderThatShouldHoldStateIsNot) {
  world().capture(a_);
  forget_mark();
  const FakeVaultFolders::Folder volume = world().folders.unmount("/smp");
  const std::vector<std::string> problems = settle_folder_marks(site());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0], ::testing::AllOf(HasSubstr(id()), HasSubstr("mount"), HasSubstr("/smp/.rehome-folder")));
  EXPECT_EQ(folder().mark, "");
  EXPECT_EQ(code_of([&] { world().request_capture(b_); }), ErrorCode::no_space);
  folder() = volume;
  EXPECT_THAT(settle_folder_marks(site()), IsEmpty());
  EXPECT_EQ(folder().mark, id());
}

// Nothing was stored yet, but the mark is on the volume.
TEST_P(FolderMarksTest, AFolderThatHadAMarkIsNotTakenForNewWithoutIt) {
  folder().mark.clear();
  EXPECT_EQ(settle_folder_marks(site()).size(), 1U);
  EXPECT_THAT(settle_folder_marks(site(), "/smp"), IsEmpty());  // a restore of the site has just made it
  EXPECT_EQ(folder().mark, id());
}

TEST_P(FolderMarksTest, AnothersMarkIsLeftAlone) {
  folder().mark = "f-other";
  EXPECT_EQ(settle_folder_marks(site(), "/smp").size(), 1U);
  EXPECT_EQ(folder().mark, "f-other");
  world().folders.folder("/theirs").mark = "f-theirs";
  EXPECT_THAT(message_of([&] { add_folder(site(), point_.id, {.path = "/theirs"}, kAdmin); }),
              HasSubstr("/theirs/.rehome-folder"));
  remove_folder(site(), id(), false, kAdmin);
  folder().mark = id();
  EXPECT_EQ(add_folder(site(), point_.id, {.path = "/smp"}, kAdmin).id, folder().mark);
}

REHOME_OVER_BOTH_DATABASES(FolderMarksTest);

}  // namespace
}  // namespace rehome::site
