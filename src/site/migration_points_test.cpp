// SPDX-License-Identifier: Apache-2.0
#include "site/migration_points.h"

#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MigrationPointsTest : public SiteTest {};

// S27, S28
TEST_P(MigrationPointsTest, IsAddedToANewOrAnExistingServer) {
  add_server(site(), "site-server", kAdmin);
  const auto add = [&](const std::string& server, ServerChoice choice) {
    return add_migration_point(site(), server, choice, {}, kAdmin);
  };
  EXPECT_EQ(code_of([&] { add("other", ServerChoice::existing); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { add("site-server", ServerChoice::fresh); }), ErrorCode::already_exists);
  EXPECT_EQ(add("site-server", ServerChoice::existing).server, "site-server");
  EXPECT_EQ(code_of([&] { add("site-server", ServerChoice::existing); }), ErrorCode::already_exists);
  add("fresh", ServerChoice::fresh);
  EXPECT_THAT(list_servers(site()), ElementsAre("fresh", "site-server"));
  EXPECT_EQ(list_migration_points(site()).size(), 2U);
}

// S29, C-S1…C-S4
TEST_P(MigrationPointsTest, HoldsFoldersToTheirRanges) {
  const MigrationPoint point = world().add_point("smp1");
  for (const char* path : {"/a", "/b"}) world().folders.folder(path);
  const auto refusal = [&](const FolderSettings& settings) {
    return code_of([&] { add_folder(site(), point.id, settings, kAdmin); });
  };
  for (const FolderSettings& bad :
       std::vector<FolderSettings>{{.path = ""},
                                   {.path = "relative"},
                                   {.path = "/"},
                                   {.path = "/a/"},
                                   {.path = "/a/../b"},
                                   {.path = "/a//b"},
                                   {.path = "/a", .most_clients = 0},
                                   {.path = "/a", .most_clients = 100000},
                                   {.path = "/a", .minimum_free = {0, SpaceUnit::mb}},
                                   {.path = "/a", .minimum_free = {100000, SpaceUnit::gb}},
                                   {.path = "/a", .minimum_free = {101, SpaceUnit::percent}}}) {
    EXPECT_EQ(refusal(bad), ErrorCode::invalid_argument) << bad.path;
  }
  add_folder(site(), point.id, {.path = "/a", .most_clients = 99999, .minimum_free = {100, SpaceUnit::percent}},
             kAdmin);
  add_folder(site(), point.id, {.path = "/b", .most_clients = 1, .minimum_free = {99999, SpaceUnit::gb}}, kAdmin);
  EXPECT_EQ(refusal({.path = "/a"}), ErrorCode::already_exists);
  const MigrationPoint other = world().add_point("smp2");
  EXPECT_THAT(message_of([&] { add_folder(site(), other.id, {.path = "/a"}, kAdmin); }),
              ::testing::HasSubstr("of the migration point on smp1"));
  const auto folders = migration_point(site(), point.id).folders;
  ASSERT_EQ(folders.size(), 2U);
  EXPECT_EQ(folders[0].settings.most_clients, 99999);
  EXPECT_EQ(folders[1].settings.minimum_free.unit, SpaceUnit::gb);
}

// C-S5…C-S8
TEST_P(MigrationPointsTest, KeepsItsSettings) {
  const MigrationPoint made = world().add_point("smp1");
  EXPECT_EQ(made.settings.deletion_delay_minutes, 1440);
  PointSettings settings{.restore_only = true,
                         .deletion_delay_minutes = 0,
                         .deletion_cycle_minutes = 5,
                         .networks = {"10.1.0.0/16", "2001:db8::/32"},
                         .fallback = false};
  change_migration_point(site(), made.id, settings, kAdmin);
  const PointSettings read = migration_point(site(), made.id).settings;
  EXPECT_TRUE(read.restore_only);
  EXPECT_FALSE(read.fallback);
  EXPECT_EQ(read.deletion_delay_minutes, 0);
  EXPECT_EQ(read.deletion_cycle_minutes, 5);
  EXPECT_THAT(read.networks, ElementsAre("10.1.0.0/16", "2001:db8::/32"));
  const auto refusal = [&] { return code_of([&] { change_migration_point(site(), made.id, settings, kAdmin); }); };
  settings.networks = {"10.1.0.1/16"};
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
  settings.networks = {};
  settings.deletion_delay_minutes = -1;
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
  settings.deletion_delay_minutes = 1;
  settings.deletion_cycle_minutes = 0;
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

// C-R3 is not so here: a change takes effect at once.
TEST_P(MigrationPointsTest, AChangeTakesEffectAtOnce) {
  const Computer a = world().enrol("A");
  const MigrationPoint point = world().add_usual_point({.restore_only = true});
  EXPECT_EQ(code_of([&] { world().request_capture(a); }), ErrorCode::refused);
  change_migration_point(site(), point.id, {}, kAdmin);
  EXPECT_EQ(world().request_capture(a).lease.folder_path, "/smp");
}

TEST_P(MigrationPointsTest, CountsClientsAndReservations) {
  const MigrationPoint point = world().add_usual_point();
  world().request_capture(world().enrol("A"), 5000);
  world().capture(world().enrol("B"));
  const Folder folder = migration_point(site(), point.id).folders.at(0);
  EXPECT_EQ(folder.clients, 2);
  EXPECT_EQ(folder.reserved_bytes, 5000);
}

// C-R7, C-R8: it says what would be lost.
TEST_P(MigrationPointsTest, UnrestoredStateKeepsItThereUnlessForced) {
  const MigrationPoint point = world().add_usual_point();
  const Computer a = world().enrol("A");
  const Computer b = world().enrol("B");
  world().associate(a, b);
  const std::string store = world().capture(a);
  const std::string folder = point.folders.at(0).id;
  EXPECT_THAT(message_of([&] { remove_folder(site(), folder, false, kAdmin); }), HasSubstr("of A"));
  EXPECT_THAT(message_of([&] { remove_migration_point(site(), point.id, false, kAdmin); }), HasSubstr("/smp"));
  EXPECT_EQ(world().state(store), StoreState::captured);
  remove_migration_point(site(), point.id, true, kAdmin);
  EXPECT_EQ(world().state(store), StoreState::deleted);
  EXPECT_TRUE(list_migration_points(site()).empty());
  EXPECT_EQ(world().folders.folder("/smp").vaults.size(), 1U);
  EXPECT_EQ(code_of([&] { world().request_restore(b); }), ErrorCode::not_found);
}

TEST_P(MigrationPointsTest, RestoredStateDoesNot) {
  const MigrationPoint point = world().add_usual_point();
  const Computer a = world().enrol("A");
  world().capture(a);
  world().restore(a);
  remove_folder(site(), point.folders.at(0).id, false, kAdmin);
  EXPECT_TRUE(migration_point(site(), point.id).folders.empty());
  world().add_folder(point, "/smp");
}

TEST_P(MigrationPointsTest, AFolderStaysWhereItIs) {
  const MigrationPoint point = world().add_usual_point();
  FolderSettings settings = point.folders.at(0).settings;
  settings.most_clients = 3;
  change_folder(site(), point.folders.at(0).id, settings, kAdmin);
  EXPECT_EQ(migration_point(site(), point.id).folders.at(0).settings.most_clients, 3);
  settings.path = "/elsewhere";
  EXPECT_EQ(code_of([&] { change_folder(site(), point.folders.at(0).id, settings, kAdmin); }), ErrorCode::refused);
}

REHOME_OVER_BOTH_DATABASES(MigrationPointsTest);

}  // namespace
}  // namespace rehome::site
