// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/tagged_cache.h"

#include <cerrno>

#include "flow/scan/internal/testing/scan_fixture.h"

namespace rehome::scan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string kTag = "Signature: 8a477f597d28d172789f06886806bc55\n# made by a test\n";

class TaggedCacheTest : public ScanFixture {
 protected:
  TaggedCacheTest() {
    plan.take("/home/ann");
    plan.take("/srv");
  }
  /// Fills `folder` and scans.
  void scan_with_tag(const MachinePath& folder, const std::string& tag) {
    machine.add_file(folder + "/CACHEDIR.TAG", tag);
    machine.add_file(folder + "/data", "x");
    machine.add_file(folder + "/sub/data", "x");
    run();
  }
};

TEST_F(TaggedCacheTest, OnlyTheFolderAndItsTagAreKept) {
  scan_with_tag("/home/ann/target", kTag);
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/target", "1: home/target/CACHEDIR.TAG"));
  EXPECT_THAT(sink.findings(), ElementsAre("left_behind /home/ann/target"));
}

TEST_F(TaggedCacheTest, EverythingIsKeptWhenAskedFor) {
  options.keep_tagged_caches = true;
  scan_with_tag("/home/ann/target", kTag);
  EXPECT_EQ(sink.names().size(), 6U);
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST_F(TaggedCacheTest, ATagWithoutTheSignatureDoesNotCount) {
  scan_with_tag("/home/ann/target", "Signature: 8a477f597d28d172789f06886806bc5");
  EXPECT_EQ(sink.names().size(), 6U);
}

TEST_F(TaggedCacheTest, ATagThatIsALinkOrCannotBeReadDoesNotCount) {
  machine.add_file("/home/ann/tag", kTag);
  machine.add_symlink("/home/ann/a/CACHEDIR.TAG", "../tag");
  machine.add_file("/home/ann/a/data", "x");
  machine.add_file("/home/ann/b/CACHEDIR.TAG", kTag);
  machine.add_file("/home/ann/b/data", "x");
  failures.fail(Operation::read, "/home/ann/b/CACHEDIR.TAG", EIO);
  run();
  EXPECT_TRUE(sink.find("1: home/a/data"));
  EXPECT_TRUE(sink.find("1: home/b/data"));
}

TEST_F(TaggedCacheTest, AStrayTagInAHomeOrItsDocumentsDoesNotCount) {
  scan_with_tag("/home/ann", kTag);
  scan_with_tag("/home/ann/Documents", kTag);
  EXPECT_TRUE(sink.find("1: home/data"));
  EXPECT_TRUE(sink.find("1: documents/sub/data"));
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST_F(TaggedCacheTest, OutsideTheFoldersOfAccountsTagsDoNotCount) {
  scan_with_tag("/srv/target", kTag);
  EXPECT_TRUE(sink.find("0: /srv/target/data"));
}

TEST_F(TaggedCacheTest, AFolderThatARuleNamesIsTakenInSpiteOfATagAboveIt) {
  plan.name("/home/ann/target/sub");
  scan_with_tag("/home/ann/target", kTag);
  EXPECT_TRUE(sink.find("1: home/target/sub/data"));
  EXPECT_THAT(sink.findings(), IsEmpty());
}

}  // namespace
}  // namespace rehome::scan
