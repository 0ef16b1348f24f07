// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/linked_files.h"

#include <cerrno>
#include <map>

#include "flow/scan/internal/testing/scan_fixture.h"
#include "tests/support/memory_in_use.h"

namespace rehome::scan {
namespace {

using rehome::testing::memory_in_use;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class HardLinkTest : public ScanFixture {
 protected:
  HardLinkTest() {
    machine.add_file("/home/ann/a", "content");
    machine.add_link("/home/ann/b", "/home/ann/a");
    machine.add_link("/home/ann/sub/c", "/home/ann/a");
    plan.take("/home/ann");
  }
  /// The objects that are files, leader first wherever it was recorded first.
  std::vector<Object> recorded_files() {
    std::vector<Object> found;
    for (Object& object : sink.objects()) {
      if (object.kind == NodeKind::file) found.push_back(object);
    }
    return found;
  }
};

TEST_F(HardLinkTest, OneNameLeadsAndTheOthersFollow) {
  files.edit("/home/ann/a", [](Metadata& metadata) { metadata.attributes = {{"user.x", {1}}}; });
  run();
  const auto found = recorded_files();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(found[0].leads_link_group);
  EXPECT_NE(found[0].link_group, 0U);
  EXPECT_FALSE(found[0].chunks.empty());
  for (std::size_t i = 1; i < found.size(); ++i) {
    EXPECT_EQ(found[i].link_group, found[0].link_group);
    EXPECT_FALSE(found[i].leads_link_group);
    EXPECT_TRUE(found[i].chunks.empty());
    EXPECT_TRUE(found[i].extents.empty());
    EXPECT_EQ(found[i].size, found[0].size);
    EXPECT_EQ(found[i].metadata, found[0].metadata);
  }
  EXPECT_EQ(failures.calls(Operation::open_file), 1U);
  EXPECT_EQ(progress.bytes, 7U);
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/a", "1: home/b", "1: home/sub", "1: home/sub/c"));
}

TEST_F(HardLinkTest, FollowersWaitForTheirLeader) {
  options.threads = 4;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    machine.add_file("/home/ann/x/f" + n, n);
    machine.add_link("/home/ann/y/f" + n, "/home/ann/x/f" + n);
    machine.add_link("/home/ann/z/f" + n, "/home/ann/x/f" + n);
  }
  run();
  std::map<std::uint64_t, int> seen;
  for (const Object& object : recorded_files()) {
    EXPECT_EQ(object.leads_link_group, seen[object.link_group]++ == 0) << name_of(object);
  }
  EXPECT_EQ(seen.size(), 301U);
  for (const auto& [group, count] : seen) EXPECT_EQ(count, 3) << group;
}

TEST_F(HardLinkTest, AGroupNeverSpansAccounts) {
  machine.add_link("/home/bob/d", "/home/ann/a");
  machine.add_link("/home/bob/e", "/home/ann/a");
  plan.take("/home/bob");
  run();
  std::map<AccountNumber, int> leaders;
  std::map<AccountNumber, std::uint64_t> groups;
  for (const Object& object : recorded_files()) {
    leaders[object.location.account] += object.leads_link_group ? 1 : 0;
    groups[object.location.account] = object.link_group;
  }
  EXPECT_THAT(leaders, ElementsAre(std::pair(1U, 1), std::pair(2U, 1)));
  EXPECT_NE(groups[1], groups[2]);
}

TEST_F(HardLinkTest, FilesThatAccountsShareAreReportedForEachOfThem) {
  machine.add_link("/home/bob/d", "/home/ann/a");
  machine.add_link("/home/bob/e", "/home/ann/a");
  machine.add_file("/home/ann/f", "of ann alone");
  machine.add_link("/elsewhere", "/home/ann/f");
  plan.take("/home/bob");
  run();
  EXPECT_THAT(sink.findings(), UnorderedElementsAre("metadata_lost /home/ann", "metadata_lost /home/bob"));
}

TEST_F(HardLinkTest, NamesThatNoAccountHasAreNotReported) {
  machine.add_link("/elsewhere", "/home/ann/a");
  run();
  EXPECT_THAT(sink.findings(), ElementsAre());
}

TEST_F(HardLinkTest, WhenTheLeaderCannotBeReadTheNextOneLeads) {
  failures.fail_once(Operation::open_file, "*", EIO);
  run();
  const auto found = recorded_files();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].leads_link_group);
  EXPECT_FALSE(found[1].leads_link_group);
  EXPECT_EQ(found[0].link_group, found[1].link_group);
  EXPECT_EQ(sink.findings().size(), 1U);
}

TEST(LinkedFilesTest, WhoWaitsTakesOverFromALeaderThatFails) {
  LinkedFiles files;
  const auto in = std::make_shared<const OpenVisit>();
  const LinkedFiles::Key key{1, 2, 3};
  EXPECT_TRUE(std::holds_alternative<LinkedFiles::Lead>(files.arrive(key, {in, "a"}, 3)));
  EXPECT_TRUE(std::holds_alternative<LinkedFiles::Wait>(files.arrive(key, {in, "b"}, 3)));
  EXPECT_TRUE(std::holds_alternative<LinkedFiles::Wait>(files.arrive(key, {in, "c"}, 3)));
  const auto next = files.give_up(key);
  ASSERT_TRUE(next);
  const auto waiting = files.recorded(key);
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_NE(waiting[0].name, next->name);
  EXPECT_TRUE(std::holds_alternative<LinkedFiles::Lead>(files.arrive(key, {in, "d"}, 3)))
      << "with all its names seen, the file is forgotten";
}

TEST_F(HardLinkTest, AFileWhoseOtherNamesAreNotTakenLeadsAlone) {
  plan.leave("/home/ann/a");
  plan.leave("/home/ann/sub");
  run();
  const auto found = recorded_files();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].leads_link_group);
}

TEST_F(HardLinkTest, EveryNameOfAnUnreadableFileIsReported) {
  failures.fail(Operation::read, "*", EIO);
  run();
  EXPECT_TRUE(recorded_files().empty());
  EXPECT_THAT(sink.findings(),
              ElementsAre("unreadable /home/ann/a", "unreadable /home/ann/b", "unreadable /home/ann/sub/c"));
}

/// Takes no content, remembers nothing, and notes how much memory is in use when the last object comes.
class MeasuringSink final : public CaptureSink {
 public:
  explicit MeasuringSink(std::size_t objects) : left_(objects) {}
  AccountNumber number_of(const Account&) override { return 1; }
  bool reuse(Object&) override { return false; }
  void keep_content(Object&, FileSource&) override {}
  void record(Object) override {
    if (--left_ == 0) in_use_ = memory_in_use();
  }
  void record(Finding) override {}
  bool owns(const NodeInfo&) const override { return false; }
  std::size_t in_use() const { return in_use_; }

 private:
  std::size_t left_;
  std::size_t in_use_ = 0;
};

// What a computer looks like once a hard-link store holds its files.
TEST_F(ScanFixture, AFileWithNamesElsewhereCostsLittleMemory) {
  constexpr std::size_t kFiles = 20'000;
  const auto name = [](std::size_t i) { return "a name of some length that is no small string " + std::to_string(i); };
  for (std::size_t i = 0; i < kFiles; ++i) machine.add_file("/home/ann/" + name(i), "x");
  plan.take("/home/ann");
  options.threads = 1;
  const auto growth = [&] {
    MeasuringSink measuring(kFiles + 1);  // and the home
    const LocationTable locations = make_locations();
    const std::size_t before = memory_in_use();
    scan({machine, plan, locations, accounts, options}, measuring, progress);
    return measuring.in_use() - before;
  };
  growth();  // what the fake computer keeps count of is there after the first time
  const std::size_t alone = growth();
  for (std::size_t i = 0; i < kFiles; ++i) machine.add_link("/store/" + std::to_string(i), "/home/ann/" + name(i));
  const std::size_t linked = growth();
  EXPECT_LT(linked, alone + kFiles * LinkedFiles::kBytesPerFile);
}

}  // namespace
}  // namespace rehome::scan
