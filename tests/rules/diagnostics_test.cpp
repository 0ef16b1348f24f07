// SPDX-License-Identifier: Apache-2.0
// The exact words in which mistakes are reported: every NAME.xml in diagnostics/ with what NAME.capture.txt and
// NAME.restore.txt say about it. A change there is a change of what users read.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "tests/rules/rule_test.h"
#include "tests/support/source_folder.h"

namespace rehome::rules {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = rehome::testing::source_folder() / "tests/rules/diagnostics";

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

/// A Linux computer with something behind the paths that the files name.
std::string said_about(const fs::path& path, Side side) {
  RuleTest test(MachineFlavour::linux);
  test.add_account("ann", 1000);
  test.machine().add_file("/etc/app.conf", "x");
  test.machine().add_folder("/var/data");
  test.machine().add_symlink("/data", "/var/data");
  test.machine().add_file("/opt/a.exe", "MZ");
  test.machine().add_file("/opt/a.ini", "[S]\nk=v\n");
  test.compile(std::vector{RuleFile{path.filename().string(), content_of(path)}}, side);
  return test.diagnostics();
}

TEST(Diagnostics, SayExactlyThis) {
  int files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".xml") continue;
    ++files;
    fs::path stem = kFolder / entry.path().stem();
    EXPECT_EQ(said_about(entry.path(), Side::capture), content_of(stem.string() + ".capture.txt")) << entry.path();
    fs::path restore = stem.string() + ".restore.txt";
    if (fs::exists(restore)) {
      EXPECT_EQ(said_about(entry.path(), Side::restore), content_of(restore)) << entry.path();
    }
  }
  EXPECT_GE(files, 10);
}

TEST(Diagnostics, OfTwoFilesWithOneUrlidTheSecondIsNotProcessed) {
  std::vector<RuleFile> files = {{"a.xml", "<migration urlid='u'/>"},
                                 {"b.xml", "<migration urlid='U'><namedElements/></migration>"},
                                 {"c.xml", "<migration urlid='u'/>"}};
  EXPECT_EQ(text_of(parse(files).diagnostics),
            "b.xml:1:1: error: this file is not processed: it has the urlid of a.xml; give it one of its own\n"
            "  1 | <migration urlid='U'><namedElements/></migration>\n"
            "    | ^\n"
            "c.xml:1:1: warning: this file is not processed: it has the urlid of a.xml and says the same\n"
            "  1 | <migration urlid='u'/>\n"
            "    | ^\n");
}

TEST(Diagnostics, AreLimitedInNumber) {
  std::string xml = "<migration urlid='u'>";
  for (int i = 0; i < 5000; ++i) xml += "<x/>\n";
  RuleFile file{"t.xml", xml + "</migration>"};
  Diagnostics diagnostics = parse(std::span(&file, 1)).diagnostics;
  EXPECT_EQ(diagnostics.size(), 1001U);
  EXPECT_EQ(diagnostics.back().message, "4000 more findings are not shown");
  EXPECT_TRUE(has_errors({diagnostics.back()}));
}

TEST(Diagnostics, KeepTheirPlaceBehindByteOrderMarksAndWindowsLineEnds) {
  RuleFile file{"t.xml", "\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n<migration urlid='u'>\r\n\t<x/>\r\n</migration>"};
  EXPECT_EQ(text_of(parse(std::span(&file, 1)).diagnostics),
            "t.xml:3:2: error: unknown element <x>\n  3 | \t<x/>\n    | \t^\n");
}

}  // namespace
}  // namespace rehome::rules
