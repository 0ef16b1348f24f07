// SPDX-License-Identifier: Apache-2.0
#include "site/associations.h"
#include "site/internal/csv.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AssociationImportTest : public SiteTest {
 protected:
  std::size_t count() { return list_associations(site(), {.limit = 1000}).items.size(); }
};

TEST_P(AssociationImportTest, MakesHundredsAtOnce) {
  const Computer source = world().enrol("OLD");
  std::string csv = "source,destination,behaviour\r\n";
  for (int number = 0; number < 200; ++number) {
    import_computer(site(), {.name = "NEW-" + std::to_string(number)}, kAdmin);
    csv += "OLD,NEW-" + std::to_string(number) + ",all\r\n";
  }
  EXPECT_EQ(import_associations(site(), csv, true, kAdmin).associations.size(), 200U);
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(import_associations(site(), csv, false, kAdmin).associations.size(), 200U);
  EXPECT_EQ(count(), 200U);
}

TEST_P(AssociationImportTest, AllOrNothingAndEachBadLineIsNamed) {
  world().enrol("A");
  world().enrol("B");
  import_computer(site(), {.name = "planned"}, kAdmin);
  const std::string csv =
      "Accounts,Source,Destination,Behaviour\n"
      "\"anna; LAB\\Carl\",A,B,restore-specified\n"
      "\n"
      ",A,nobody,all\n"
      ",planned,A,all\n"
      ",A,B,all\n"
      ",A,planned,everything\n"
      "A,B\n"
      "anna,A,planned,specified\n";
  const ImportReport report = import_associations(site(), csv, false, kAdmin);
  std::vector<std::int64_t> lines;
  for (const BadLine& bad : report.bad_lines) lines.push_back(bad.line);
  EXPECT_THAT(lines, ElementsAre(4, 5, 6, 7, 8, 9));
  EXPECT_THAT(report.bad_lines[0].message, HasSubstr("nobody"));
  EXPECT_TRUE(report.associations.empty());
  EXPECT_EQ(count(), 0U);
}

TEST_P(AssociationImportTest, RefusesOtherEncodings) {
  const auto import = [&] {
    import_associations(site(), "source,destination,behaviour\nM\xfcller,B,all\n", false, kAdmin);
  };
  EXPECT_THAT(message_of(import), ::testing::HasSubstr("UTF-8"));
}

TEST_P(AssociationImportTest, NeedsItsHeaderLine) {
  for (const char* csv : {"", "A,B,all\n", "source,destination\n", "source,destination,behaviour,colour\n",
                          "source,source,destination,behaviour\n", "source,destination,behaviour\n\"A,B,all\n"}) {
    EXPECT_EQ(code_of([&] { import_associations(site(), csv, false, kAdmin); }), ErrorCode::invalid_argument) << csv;
  }
}

REHOME_OVER_BOTH_DATABASES(AssociationImportTest);

TEST(CsvTest, ReadsWhatRfc4180Writes) {
  const auto records = parse_csv("a,b\r\n\"x \"\"y\"\"\",\"1\n2\"\n\n,\nlast");
  ASSERT_EQ(records.size(), 4U);
  EXPECT_THAT(records[1].fields, ElementsAre("x \"y\"", "1\n2"));
  EXPECT_EQ(records[2].line, 5);
  EXPECT_THAT(records[2].fields, ElementsAre("", ""));
  EXPECT_THAT(records[3].fields, ElementsAre("last"));
  EXPECT_THAT(message_of([] { parse_csv("a\n\"b\"c\n"); }), HasSubstr("line 2"));
}

}  // namespace
}  // namespace rehome::site
