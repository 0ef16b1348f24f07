// SPDX-License-Identifier: Apache-2.0
#include "site/computers.h"

#include "site/audit.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;

class ComputersTest : public SiteTest {};

TEST_P(ComputersTest, KeepsWhatAnImportSays) {
  const Computer planned = import_computer(site(), {.name = "PC-2", .note = "desk 4", .quota_bytes = 5000}, kAdmin);
  const Computer read = computer(site(), planned.id);
  EXPECT_TRUE(read.id.starts_with("c-"));
  EXPECT_EQ(read.id.size(), 18U);
  EXPECT_EQ(read.note, "desk 4");
  EXPECT_EQ(read.quota_bytes, 5000);
  EXPECT_EQ(read.site_code, "LAB");
  EXPECT_FALSE(read.enrolled);
}

// C-A13
TEST_P(ComputersTest, ImportWithASourceMakesTheAssociation) {
  const Computer source = world().enrol("OLD-1");
  const Computer planned = import_computer(site(), {.name = "NEW-1", .source_computer = "old-1"}, kAdmin);
  const auto associations = list_associations(site(), {});
  ASSERT_EQ(associations.items.size(), 1U);
  EXPECT_EQ(associations.items[0].source, source.id);
  EXPECT_EQ(associations.items[0].destination, planned.id);
}

TEST_P(ComputersTest, AnImportThatCannotBeAssociatedLeavesNothing) {
  EXPECT_EQ(code_of([&] { import_computer(site(), {.name = "NEW-1", .source_computer = "nobody"}, kAdmin); }),
            ErrorCode::not_found);
  EXPECT_TRUE(list_computers(site(), {}).items.empty());
}

// S41: searchable; also the lists' pages.
TEST_P(ComputersTest, ListsInPagesAndFindsParts) {
  for (int number = 0; number < 25; ++number) {
    import_computer(site(), {.name = "PC-" + std::to_string(number)}, kAdmin);
  }
  import_computer(site(), {.name = "100%_\\x"}, kAdmin);
  std::set<std::string> seen;
  PageRequest request{.limit = 10, .search = "pc-"};
  for (bool more = true; more;) {
    const auto page = list_computers(site(), request);
    for (const Computer& one : page.items) EXPECT_TRUE(seen.insert(one.name).second);
    more = page.more;
    request.after = page.items.back().id;
  }
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_EQ(list_computers(site(), {.search = "c-24"}).items.size(), 1U);
  EXPECT_EQ(list_computers(site(), {.search = "%_\\"}).items.size(), 1U);
  EXPECT_TRUE(list_computers(site(), {.search = "_C-2"}).items.empty());
}

TEST_P(ComputersTest, FindsByNameUnlessSeveralHaveIt) {
  const Computer first = import_computer(site(), {.name = "Twin"}, kAdmin);
  EXPECT_EQ(find_computer(site(), "tWIN").id, first.id);
  import_computer(site(), {.name = "TWIN"}, kAdmin);
  EXPECT_EQ(code_of([&] { find_computer(site(), "twin"); }), ErrorCode::refused);
  EXPECT_EQ(find_computer(site(), first.id).name, "Twin");
  EXPECT_EQ(code_of([&] { find_computer(site(), "other"); }), ErrorCode::not_found);
}

TEST_P(ComputersTest, ChangesAndForgetsWhatIsAskedOnly) {
  const Computer planned = import_computer(site(), {.name = "PC-1", .note = "n", .quota_bytes = 7}, kAdmin);
  EXPECT_EQ(change_computer(site(), planned.id, {.note = "m"}, kAdmin).quota_bytes, 7);
  const Computer changed = change_computer(site(), planned.id, {.quota_bytes = 0}, kAdmin);
  EXPECT_EQ(changed.note, "m");
  EXPECT_EQ(changed.quota_bytes, std::nullopt);
  EXPECT_EQ(code_of([&] { change_computer(site(), planned.id, {.name = "a\nb"}, kAdmin); }),
            ErrorCode::invalid_argument);
}

TEST_P(ComputersTest, StaysWhileSomethingDependsOnIt) {
  const Computer source = world().enrol("A");
  const Computer destination = world().enrol("B");
  const std::string association = world().associate(source, destination);
  EXPECT_EQ(code_of([&] { remove_computer(site(), destination.id, kAdmin); }), ErrorCode::refused);
  delete_association(site(), association, false, kAdmin);
  remove_computer(site(), destination.id, kAdmin);
  EXPECT_EQ(code_of([&] { computer(site(), destination.id); }), ErrorCode::not_found);
}

TEST_P(ComputersTest, RemembersWhenItWasSeen) {
  const Computer one = world().enrol("A");
  world().pass(100);
  note_seen(site(), one.id, "A-renamed", "1.1");
  EXPECT_EQ(computer(site(), one.id).last_seen, world().clock.now().seconds);
  EXPECT_EQ(computer(site(), one.id).name, "A-renamed");
  EXPECT_EQ(read_audit(site(), last_audit_number(site()) - 1, 1).at(0).why, "A to A-renamed");
  const std::int64_t last = last_audit_number(site());
  note_seen(site(), one.id, "A-renamed", "1.2");
  EXPECT_EQ(last_audit_number(site()), last);
}

REHOME_OVER_BOTH_DATABASES(ComputersTest);

}  // namespace
}  // namespace rehome::site
