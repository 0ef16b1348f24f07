// SPDX-License-Identifier: Apache-2.0
#include "base/codec/yaml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace rehome {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string text_of(YamlPosition position) { return fmt::format("{}:{}", position.line, position.column); }

/// The tree in one line, each node with its position.
std::string outline(const YamlNode& node) {
  const std::string at = "@" + text_of(node.position);
  std::string line;
  switch (node.kind) {
    case YamlNode::Kind::nothing:
      return "~" + at;
    case YamlNode::Kind::text:
      return "'" + node.text + "'" + at;
    case YamlNode::Kind::list:
      for (const YamlNode& item : node.items) line += (line.empty() ? "" : ", ") + outline(item);
      return "[" + line + "]" + at;
    case YamlNode::Kind::map:
      for (const YamlMember& member : node.members) {
        line += (line.empty() ? "" : ", ") + member.name + "@" + text_of(member.position) + "=" + outline(member.value);
      }
      return "{" + line + "}" + at;
  }
  return line;
}

std::string read(std::string_view document, YamlLimits limits = {}) {
  const auto root = read_yaml(document, limits);
  return root ? outline(*root) : text_of(root.error().position) + ": " + root.error().message;
}

TEST(Yaml, TellsWhatIsWrittenAndWhere) {
  EXPECT_EQ(read("name: x\nsteps:\n  - a: 1\n    b: \"true\"\n  - [c, 'd e']\nnone:\n"),
            "{name@1:1='x'@1:7, steps@2:1=[{a@3:5='1'@3:8, b@4:5='true'@4:8}@3:5, ['c'@5:6, 'd e'@5:9]@5:5]@3:3, "
            "none@6:1=~@6:1}@1:1");
  EXPECT_EQ(read("just text"), "'just text'@1:1");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a: \u20ac"),
            "{a@1:1='\u20ac'@1:4}@1:1");
  EXPECT_EQ(read("text: |\n  two\n  lines\n"), "{text@1:1='two\nlines\n'@1:7}@1:1");
}

TEST(Yaml, SaysWhereItIsWrong) {
  EXPECT_THAT(read(""), "1:1: the document is empty");
  EXPECT_THAT(read("# nothing\n"), "1:1: the document is empty");
  EXPECT_THAT(read("a: [1, 2"), StartsWith("1:9: "));
  EXPECT_THAT(read("a: 1\n\tb: 2\n"), StartsWith("2:"));
  EXPECT_THAT(read("a: 1\nb: \xff\n"), "2:4: this is no UTF-8 text");
  EXPECT_THAT(read(std::string_view("a: 1\0b", 6)), "1:5: this is no UTF-8 text");
  EXPECT_THAT(read("\xFF\xFE"
                   "a\0:\0"),
              "1:1: this is no UTF-8 text");
}

TEST(Yaml, TakesNoNameTwice) {
  EXPECT_EQ(read("a: 1\nb: 2\na: 3\n"), "3:1: \"a\" is here twice");
  EXPECT_THAT(read("? [a, b]\n: 1\n"), HasSubstr("a name must stand before"));
  EXPECT_THAT(read(": 1\n"), HasSubstr("a name must stand before"));
}

TEST(Yaml, TakesNothingThatRefersOrConverts) {
  EXPECT_THAT(read("a: &x 1\nb: *x\n"), StartsWith("1:4: anchors"));
  EXPECT_THAT(read("a: !!binary abc\n"), StartsWith("1:4: tags"));
  EXPECT_THAT(read("a: 1\n---\nb: 2\n"), HasSubstr("a second document"));
}

TEST(Yaml, IsLimited) {
  EXPECT_EQ(read("[[[[1]]]]", {.depth = 3}), "1:4: nested deeper than 3 levels");
  EXPECT_THAT(read(std::string(100'000, '[')), HasSubstr("nested deeper"));
  EXPECT_THAT(read("[1, 2, 3]", {.nodes = 3}), HasSubstr("more than 3 values"));
  EXPECT_THAT(read("abcd", {.bytes = 3}), HasSubstr("larger than 3 bytes"));
}

RC_GTEST_PROP(YamlProperty, WhateverTheBytesItAnswers, (const std::string& bytes)) {
  const auto root = read_yaml(bytes);
  RC_ASSERT(root || !root.error().message.empty());
}

}  // namespace
}  // namespace rehome
