// SPDX-License-Identifier: Apache-2.0
#include "site/names.h"

#include "site/work.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;

class NamesTest : public SiteTest {};

TEST_P(NamesTest, OfComputers) {
  const Computer a = world().enrol("Old-PC");
  EXPECT_EQ(computer_named(site(), a.id), a.id);
  EXPECT_EQ(computer_named(site(), "old-pc"), a.id);
  EXPECT_THAT(message_of([&] { computer_named(site(), "none"); }),
              AllOf(HasSubstr("none"), HasSubstr("computer list")));
  world().enrol("old-pc");
  EXPECT_EQ(code_of([&] { computer_named(site(), "OLD-PC"); }), ErrorCode::refused);
  EXPECT_THAT(message_of([&] { computer_named(site(), "OLD-PC"); }), HasSubstr("c-"));
}

TEST_P(NamesTest, OfPointsAndFolders) {
  const MigrationPoint point = world().add_point("NAS");
  const Folder one = world().add_folder(point, "/srv/one");
  const Folder two = world().add_folder(point, "/mnt/one");
  const Folder other = world().add_folder(world().add_point("nas2"), "/mnt/other");
  EXPECT_EQ(point_named(site(), point.id), point.id);
  EXPECT_EQ(point_named(site(), "nas"), point.id);
  EXPECT_THAT(message_of([&] { point_named(site(), "na"); }), AllOf(HasSubstr("\"na\""), HasSubstr("smp list")));
  EXPECT_EQ(folder_named(site(), point.id, one.id), one.id);
  EXPECT_EQ(folder_named(site(), point.id, "/mnt/one"), two.id);
  EXPECT_THAT(message_of([&] { folder_named(site(), point.id, "one"); }), AllOf(HasSubstr(one.id), HasSubstr(two.id)));
  EXPECT_EQ(code_of([&] { folder_named(site(), point.id, "other"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { folder_named(site(), point.id, other.id); }), ErrorCode::not_found) << "not of this point";
}

TEST_P(NamesTest, OfAssociations) {
  const Computer a = world().enrol("A");
  const Computer b = world().enrol("B");
  const std::string made = world().associate(a, b);
  EXPECT_EQ(association_named(site(), made), made);
  EXPECT_EQ(association_named(site(), "a:b"), made);
  EXPECT_EQ(association_named(site(), a.id + ":B"), made);
  EXPECT_EQ(code_of([&] { association_named(site(), "b:a"); }), ErrorCode::not_found);
  EXPECT_THAT(message_of([&] { association_named(site(), "a"); }), HasSubstr("SOURCE:DESTINATION"));
  EXPECT_THAT(message_of([&] { association_named(site(), "a:x"); }), HasSubstr("computer \"x\""));
  delete_association(site(), made, false, kAdmin);
  EXPECT_EQ(association_named(site(), "a:b"), made) << "or it could not be brought back by name";
  const std::string again = world().associate(a, b);
  EXPECT_EQ(association_named(site(), "a:b"), again);
  delete_association(site(), again, false, kAdmin);
  EXPECT_EQ(code_of([&] { association_named(site(), "a:b"); }), ErrorCode::refused);
}

TEST_P(NamesTest, OfOrders) {
  const Computer a = world().enrol("A");
  const Computer b = world().enrol("B");
  const Work one = add_work(site(), a.id, {"capture-user-state", "release-state-store"}, {}, kAdmin);
  const Work two = add_work(site(), a.id, {"restore-user-state", "release-state-store"}, {}, kAdmin);
  EXPECT_EQ(work_named(site(), a.id, "capture-user-state"), one.id);
  EXPECT_THAT(message_of([&] { work_named(site(), a.id, "release-state-store"); }),
              AllOf(HasSubstr(one.id), HasSubstr(two.id)));
  EXPECT_EQ(code_of([&] { work_named(site(), b.id, one.id); }), ErrorCode::not_found);
  cancel_work(site(), a.id, one.id, kAdmin);
  EXPECT_EQ(work_named(site(), a.id, one.id), one.id);
  EXPECT_EQ(code_of([&] { work_named(site(), a.id, "capture-user-state"); }), ErrorCode::not_found);
  EXPECT_EQ(work_named(site(), a.id, "release-state-store"), two.id);
}

REHOME_OVER_BOTH_DATABASES(NamesTest);

}  // namespace
}  // namespace rehome::site
