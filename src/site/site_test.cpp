// SPDX-License-Identifier: Apache-2.0
#include "site/site.h"

#include "site/cycles.h"
#include "site/deployment_reports.h"
#include "site/groups.h"
#include "site/internal/schema.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::HasSubstr;

class SiteRecordsTest : public SiteTest {};

TEST_P(SiteRecordsTest, OpensWhatWasCreated) {
  const Site again = Site::open(world().parts());
  EXPECT_EQ(again.info().id, site().info().id);
  EXPECT_EQ(again.info().code, "LAB");
  EXPECT_EQ(again.info().parent, "HQ1");
  EXPECT_EQ(again.info().recovery_key, SiteWorld::recovery_key());
}

TEST_P(SiteRecordsTest, TakesNoSecondSiteAndNoOtherKey) {
  EXPECT_EQ(code_of([&] { Site::create(world().parts(), {.code = "LAB"}); }), ErrorCode::already_exists);
  const Secret other(Bytes(32, 1));
  SiteParts parts = world().parts();
  const SiteParts wrong{parts.database, parts.clock, parts.random, other, parts.folders};
  EXPECT_EQ(code_of([&] { Site::open(wrong); }), ErrorCode::wrong_key);
}

TEST_P(SiteRecordsTest, RefusesCodesThatAreNone) {
  for (const char* code : {"", "LA", "lab", "LABS", "L-B"}) {
    EXPECT_EQ(code_of([&] { Site::create(world().parts(), {.code = code}); }), ErrorCode::invalid_argument) << code;
  }
}

TEST_P(SiteRecordsTest, RefusesRecordsOfANewerProgram) {
  world().database().write(
      [](Transaction& transaction) { transaction.execute("UPDATE schema_version SET version = version + 1"); });
  EXPECT_EQ(code_of([&] { Site::open(world().parts()); }), ErrorCode::unsupported_version);
}

// The mechanism, with steps of its own: each runs once, and one that fails leaves nothing behind.
TEST_P(SiteRecordsTest, RunsMissingStepsOnce) {
  const auto database = world().open_another_database();
  static constexpr const char* kFirst[] = {"CREATE TABLE things (id BIGINT PRIMARY KEY)"};
  static constexpr const char* kSecond[] = {"ALTER TABLE things ADD COLUMN note TEXT",
                                            "INSERT INTO things (id, note) VALUES (1, 'x')"};
  static constexpr const char* kBroken[] = {"DELETE FROM things", "CREATE NONSENSE"};
  const std::vector<SchemaStep> steps = {kFirst, kSecond, kBroken};
  const auto run = [&](std::size_t count) {
    database->write([&](Transaction& transaction) { migrate(transaction, std::span(steps).first(count)); });
  };
  run(1);
  run(2);
  run(2);
  EXPECT_THROW(run(3), Error);
  database->write([](Transaction& transaction) {
    EXPECT_EQ(transaction.query("SELECT COUNT(*) FROM things").at(0).integer(0), 1);
    EXPECT_EQ(schema_version(transaction), 2);
  });
  EXPECT_EQ(code_of([&] { run(1); }), ErrorCode::unsupported_version);
}

/// Takes from records of the newest version what came after `version`.
void make_older(Database& database, std::size_t version) {
  database.write([&](Transaction& transaction) {
    const auto later = schema_steps().subspan(version);
    for (auto step = later.rbegin(); step != later.rend(); ++step) {
      for (auto statement = step->rbegin(); statement != step->rend(); ++statement) {
        constexpr std::string_view kCreate = "CREATE TABLE ";
        const std::string_view text = *statement;
        if (!text.starts_with(kCreate)) continue;
        const std::string_view rest = text.substr(kCreate.size());
        transaction.execute("DROP TABLE " + std::string(rest.substr(0, rest.find(' '))));
      }
    }
    transaction.execute("UPDATE schema_version SET version = :version", {static_cast<std::int64_t>(version)});
  });
}

TEST_P(SiteRecordsTest, BringsRecordsOfEveryVersionUpToDate) {
  const std::string point = world().add_usual_point().id;
  const Computer computer = world().enrol("A");
  for (std::size_t version = 1; version < schema_steps().size(); ++version) {
    make_older(world().database(), version);
    const Site again = Site::open(world().parts());
    EXPECT_EQ(list_migration_points(again).at(0).id, point);
    run_deletion_cycle(again, point);
    EXPECT_GE(list_cycles(again).size(), 1U);
    const std::string group = add_group(again, "all", {computer.id}, kAdmin).id;
    EXPECT_EQ(site::group(again, group).computers.at(0).id, computer.id);
    EXPECT_TRUE(open_deployments(again, computer.id).empty());
    remove_group(again, group, kAdmin);
  }
}

// C-F5, D13
TEST_P(SiteRecordsTest, HoldsSettingsToTheirRanges) {
  Settings settings = site().settings();
  EXPECT_FALSE(settings.network_access);
  settings.retry_count = 30;
  settings.retry_delay_seconds = 600;
  world().site().change_settings(settings, kAdmin);
  EXPECT_EQ(site().settings().retry_count, 30);
  EXPECT_EQ(site().settings().retry_delay_seconds, 600);
  settings.retry_count = 31;
  EXPECT_THAT(message_of([&] { site().change_settings(settings, kAdmin); }), HasSubstr("between 0 and 30"));
  settings.retry_count = 0;
  settings.retry_delay_seconds = 601;
  EXPECT_THAT(message_of([&] { site().change_settings(settings, kAdmin); }), HasSubstr("between 0 and 600"));
  settings.retry_delay_seconds = 0;
  settings.lease_seconds = settings.heartbeat_seconds;
  EXPECT_EQ(code_of([&] { site().change_settings(settings, kAdmin); }), ErrorCode::invalid_argument);
}

REHOME_OVER_BOTH_DATABASES(SiteRecordsTest);

}  // namespace
}  // namespace rehome::site
