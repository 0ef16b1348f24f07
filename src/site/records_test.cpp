// SPDX-License-Identifier: Apache-2.0
#include "site/records.h"

#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;

class RecordsTest : public SiteTest {};

TEST_P(RecordsTest, ComeIntoAnEmptyDatabaseAsTheyWere) {
  const auto read = [](Database& database) {
    std::pair<RecordsHead, std::vector<Record>> found;
    read_records(
        database, [&](const RecordsHead& head) { found = {head, {}}; },
        [&](const Record& record) { found.second.push_back(record); });
    return found;
  };
  const auto [head, records] = read(world().database());
  EXPECT_EQ(head.recovery_key, SiteWorld::recovery_key());
  const auto other = world().open_another_database();
  const RecordsCopy copy{.version = head.version, .each = [&](const RecordSink& sink) {
                           for (const Record& record : records) sink(record);
                         }};
  write_records(*other, copy);
  const auto again = read(*other).second;
  ASSERT_EQ(again.size(), records.size());
  for (std::size_t i = 0; i < again.size(); ++i) {
    EXPECT_EQ(again[i].table, records[i].table);
    EXPECT_EQ(again[i].columns, records[i].columns);
  }
  EXPECT_EQ(code_of([&] { write_records(*other, copy); }), ErrorCode::already_exists);
}

TEST_P(RecordsTest, OfANewerProgramOrOfNoTableOfASiteAreRefused) {
  const auto other = world().open_another_database();
  const auto stranger = [](const RecordSink& sink) { sink({.table = "x", .columns = {}}); };
  EXPECT_EQ(code_of([&] { write_records(*other, {.version = 1000, .each = stranger}); }),
            ErrorCode::unsupported_version);
  EXPECT_EQ(code_of([&] { write_records(*other, {.version = 1, .each = stranger}); }), ErrorCode::corrupt);
}
REHOME_OVER_BOTH_DATABASES(RecordsTest);

}  // namespace
}  // namespace rehome::site
