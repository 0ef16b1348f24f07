// SPDX-License-Identifier: Apache-2.0
// Reads the rule files that people have written, where a collection of them is at hand.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/codec/xml.h"
#include "tests/support/source_folder.h"

namespace rehome {
namespace {

namespace fs = std::filesystem;

struct RuleFile {
  fs::path path;
  bool is_well_formed = false;
  std::string root;
  std::uint32_t problem_line = 0;  // by another parser (expat)
};

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
  return fields;
}

/// The collection lists its files in a table with a line of column names.
std::vector<RuleFile> listed_files(const fs::path& data) {
  std::ifstream table(data / "migxml.manifest.tsv");
  std::string line;
  std::getline(table, line);
  const std::vector<std::string> columns = fields_of(line);
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin());
  };
  std::vector<RuleFile> files;
  while (std::getline(table, line)) {
    std::vector<std::string> fields = fields_of(line);
    fields.resize(columns.size());
    RuleFile file{.path = data / "migxml" / fields[column("file")],
                  .is_well_formed = fields[column("wellformed")] == "True",
                  .root = fields[column("root")]};
    const std::string& error = fields[column("parse_error")];
    const std::size_t place = error.find("line ");
    if (place != std::string::npos) file.problem_line = static_cast<std::uint32_t>(std::stoul(error.substr(place + 5)));
    files.push_back(std::move(file));
  }
  return files;
}

class XmlFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const fs::path data = rehome::testing::source_folder() / ".." / "shared" / "data";
    if (!fs::exists(data / "migxml.manifest.tsv")) GTEST_SKIP() << "no collection of rule files in " << data;
    files_ = listed_files(data);
    ASSERT_FALSE(files_.empty());
  }
  std::vector<RuleFile> files_;
};

/// Every position must point at what it is the position of.
void expect_true_positions(const XmlElement& element, const std::vector<std::string>& lines) {
  const auto expect_at = [&lines](XmlPosition position, const std::string& what) {
    ASSERT_LE(position.line, lines.size());
    EXPECT_EQ(lines[position.line - 1].substr(position.column - 1, what.size()), what);
  };
  expect_at(element.position, "<" + element.name);
  for (const XmlAttribute& attribute : element.attributes) expect_at(attribute.position, attribute.name);
  const std::size_t start = element.text.find_first_not_of(" \t\r\n");
  if (start != std::string::npos && element.text.find_first_of("<&>\"'") == std::string::npos) {
    expect_at(element.text_position, element.text.substr(start, 1));
  }
  for (const auto& child : element.children) expect_true_positions(*child, lines);
}

std::vector<std::string> lines_of(std::string content) {
  if (content.starts_with("\xEF\xBB\xBF")) content.erase(0, 3);
  std::vector<std::string> lines;
  std::istringstream stream(content);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(XmlFiles, EveryWellFormedOneReadsWithTruePositions) {
  for (const RuleFile& file : files_) {
    if (!file.is_well_formed) continue;
    SCOPED_TRACE(file.path.string());
    const std::string content = content_of(file.path);
    const auto root = read_xml(content);
    if (!root) {
      ADD_FAILURE() << root.error().position.line << ":" << root.error().position.column << ": "
                    << root.error().message;
      continue;
    }
    EXPECT_EQ((*root)->name, file.root);
    expect_true_positions(**root, lines_of(content));
  }
}

TEST_F(XmlFiles, EveryMalformedOneGivesAProblemNearWhereAnotherParserFindsOne) {
  for (const RuleFile& file : files_) {
    if (file.is_well_formed) continue;
    SCOPED_TRACE(file.path.string());
    const std::string content = content_of(file.path);
    const auto root = read_xml(content);
    ASSERT_FALSE(root);
    const XmlPosition position = root.error().position;
    const std::vector<std::string> lines = lines_of(content);
    EXPECT_FALSE(root.error().message.empty());
    EXPECT_EQ(position.line, file.problem_line) << position.column << ": " << root.error().message;
    const std::size_t width = position.line <= lines.size() ? lines[position.line - 1].size() : 0;
    EXPECT_GE(position.column, 1U);
    EXPECT_LE(position.column, width + 1);
  }
}

}  // namespace
}  // namespace rehome
