// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/pattern.h"

#include <gtest/gtest.h>

#include "flow/rules/internal/specificity.h"

namespace rehome::rules {
namespace {

constexpr auto kWindows = MachineFlavour::windows;
constexpr auto kLinux = MachineFlavour::linux;

/// "C: | Music | + [*.mp3]": the parts of a pattern, '+' for all folders below.
std::string parts(std::string_view text, MachineFlavour flavour = kWindows, PatternType type = PatternType::file) {
  auto pattern = parse_pattern(text, type, flavour);
  if (!pattern) return "problem: " + pattern.error().message;
  auto show = [](const Glob& glob) {
    std::string shown;
    for (std::size_t i = 0; i < glob.pieces().size(); ++i) shown += (i > 0 ? "<>" : "") + glob.pieces()[i];
    return shown;
  };
  std::string result;
  for (const Glob& name : pattern->node) result += (result.empty() ? "" : " | ") + show(name);
  if (pattern->recursive) result += result.empty() ? "+" : " | +";
  if (!pattern->section.empty()) result += " {" + pattern->section + "}";
  if (pattern->leaf) result += " [" + show(*pattern->leaf) + "]";
  return result;
}

TEST(Pattern, TakesNodesAndLeavesApart) {
  EXPECT_EQ(parts("c:\\Windows [Notepad.exe]"), "c: | Windows [Notepad.exe]");
  EXPECT_EQ(parts("c:\\Windows\\System32"), "c: | Windows | System32");
  EXPECT_EQ(parts("C:\\F\\* [*]"), "C: | F | + [<>]");
  EXPECT_EQ(parts("C:\\F\\ [*]"), "C: | F [<>]");
  EXPECT_EQ(parts("C:\\*\\P\\* [*]"), "C: | <> | P | + [<>]");
  EXPECT_EQ(parts("C:/a/b [c]"), "C: | a | b [c]");
  EXPECT_EQ(parts("/home/ann/* [*.od*]", kLinux), "home | ann | + [<>.od<>]");
  EXPECT_EQ(parts("/", kLinux), "");
  EXPECT_EQ(parts("*[*.library-ms]"), "+ [<>.library-ms]");
}

TEST(Pattern, BlankBeforeTheBracketIsOptional) {
  EXPECT_EQ(parts("c:\\*[*]"), parts("c:\\* [*]"));
  EXPECT_EQ(parts("c:\\W [x]"), parts("c:\\W\\ [x]"));
  EXPECT_EQ(parts("  \n c:\\W\\[x] \t"), parts("c:\\W [x]"));
}

TEST(Pattern, QuestionMarkIsNoWildcard) { EXPECT_EQ(parts("C:\\F [a?.txt]"), "C: | F [a?.txt]"); }

TEST(Pattern, CaretEscapes) {
  EXPECT_EQ(parts("C:\\F [file^].txt]"), "C: | F [file].txt]");
  EXPECT_EQ(parts("C:\\a^[b^] [x]"), "C: | a[b] [x]");
  EXPECT_EQ(parts("/f [^*^^^%]", kLinux), "f [*^%]");
  EXPECT_EQ(parts("C:\\F [a^b]"), "C: | F [a^b]");
}

TEST(Pattern, BackslashIsAByteOnLinux) { EXPECT_EQ(parts("/a\\b/c [d\\e]", kLinux), "a\\b | c [d\\e]"); }

TEST(Pattern, RegistryKeysHaveShortRoots) {
  EXPECT_EQ(parts("HKEY_LOCAL_MACHINE\\Software\\a/b []", kWindows, PatternType::registry), "HKLM | Software | a/b []");
  EXPECT_EQ(parts("hkcu\\* [*]", kWindows, PatternType::registry), "HKCU | + [<>]");
  EXPECT_EQ(parts("HKLM\\Fonts [C:\\x]", kWindows, PatternType::registry), "HKLM | Fonts [C:\\x]");
  EXPECT_EQ(parts("\\software\\x [path]", kWindows, PatternType::registry),
            "problem: begins with no root key such as HKLM or HKCU");
}

TEST(Pattern, IniNamesFileSectionAndKey) {
  EXPECT_EQ(parts("C:\\n.ini|Notes[Time*]", kWindows, PatternType::ini), "C: | n.ini {Notes} [Time<>]");
  EXPECT_EQ(parts("/n.ini|User Prefs[*]", kLinux, PatternType::ini), "n.ini {User Prefs} [<>]");
  EXPECT_EQ(parts("C:\\n.ini", kWindows, PatternType::ini),
            "problem: a pattern of type Ini is written file|section[key]");
}

TEST(Pattern, SaysWhyItMatchesNothing) {
  EXPECT_EQ(parts("C:\\F [x"), "problem: '[' without ']' after it; a bracket that belongs to a name is written ^[");
  EXPECT_EQ(parts("C:\\F x]"), "problem: ']' without '[' before it; a bracket that belongs to a name is written ^]");
  EXPECT_EQ(parts("C:\\F [x] y"), "problem: nothing may follow the brackets");
  EXPECT_EQ(parts("C:\\d[1]\\s [x]"),
            "problem: the brackets hold a path; brackets that belong to a name are written ^[ and ^]");
  EXPECT_EQ(parts(""), "problem: the pattern is empty");
  EXPECT_EQ(parts("Documents\\* [*]"), "problem: is no absolute path, which begins with a drive such as C:\\");
  EXPECT_EQ(parts("\\\\server\\share\\* [*]"), "problem: is a path of another computer on the network");
  EXPECT_EQ(parts("home/ann", kLinux), "problem: is no absolute path, which begins with '/'");
  EXPECT_EQ(parts("C:\\Users\\* [*]", kLinux), "problem: begins with a drive letter, which Linux has not");
  EXPECT_EQ(parts("/a/../b", kLinux), "problem: '.' and '..' are the names of no folder");
  EXPECT_EQ(parts("/" + std::string(kPatternBytes, 'a'), kLinux), "problem: the pattern is longer than 32768 bytes");
}

TEST(Pattern, EscapedTextMeansItself) {
  for (std::string_view name : {"plain", "a[1]", "50%", "what*", "^", "^[", "a^b"}) {
    EXPECT_EQ(unescape_pattern(escape_pattern(name)), name);
    auto pattern = parse_pattern("/" + escape_pattern(name), PatternType::file, kLinux);
    ASSERT_TRUE(pattern) << name;
    EXPECT_EQ(pattern->node.front().text(), name);
  }
}

TEST(Pattern, OneElementMayHoldSeveral) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(split_patterns("C:\\a\\*\n   C:\\b\\*", PatternType::file, kWindows), (Texts{"C:\\a\\*", "C:\\b\\*"}));
  EXPECT_EQ(split_patterns("C:\\Program Files\\* D:\\x [y]", PatternType::file, kWindows),
            (Texts{"C:\\Program Files\\*", "D:\\x [y]"}));
  EXPECT_EQ(split_patterns("C:\\Side\n  bars\n C:\\Side bars", PatternType::file, kWindows),
            (Texts{"C:\\Side bars", "C:\\Side bars"}));
  EXPECT_EQ(split_patterns("HKLM\\a\n   [EXEPATH]", PatternType::registry, kWindows), (Texts{"HKLM\\a [EXEPATH]"}));
  EXPECT_EQ(split_patterns("HKEY_USERS\\x\\*\n  HKEY_CURRENT_USER\\*", PatternType::registry, kWindows),
            (Texts{"HKEY_USERS\\x\\*", "HKEY_CURRENT_USER\\*"}));
  EXPECT_EQ(split_patterns("/home/a\n/home/b [c]", PatternType::file, kLinux), (Texts{"/home/a", "/home/b [c]"}));
  EXPECT_EQ(split_patterns("/home/a /b [c]", PatternType::file, kLinux), (Texts{"/home/a /b [c]"}));
}

TEST(Specificity, ComparesDirectoryPartThenLeaf) {
  auto rank = [](std::string_view text) {
    return specificity_of(parse_pattern(text, PatternType::file, kWindows).value());
  };
  EXPECT_GT(rank("C:\\a\\* [*]"), rank("C:\\* [*.txt]"));
  EXPECT_GT(rank("C:\\a\\ [*]"), rank("C:\\a\\* [*.txt]"));
  EXPECT_GT(rank("C:\\a\\* [x.txt]"), rank("C:\\a\\* [*.txt]"));
  EXPECT_GT(rank("C:\\a\\* [*.txt]"), rank("C:\\a\\* [*]"));
  EXPECT_GT(rank("C:\\a\\* [*.doc]"), rank("C:\\a\\* [*.doc*]"));
  EXPECT_GT(rank("C:\\Q\\* [*]"), rank("C:\\*\\P\\* [*]"));
  EXPECT_GT(rank("C:\\*\\P\\* [*]"), rank("C:\\* [x.txt]"));
  EXPECT_GT(rank("C:\\W\\*"), rank("C:\\W\\* [*]"));
  EXPECT_EQ(rank("C:\\a\\* [*.txt]"), rank("D:\\b\\* [*.doc]"));
}

TEST(Glob, MatchesWithoutGoingBack) {
  EXPECT_TRUE(Glob::parse("*a*b*").matches("xxaxxbxx"));
  EXPECT_FALSE(Glob::parse("*a*b").matches("xxbxxa"));
  EXPECT_FALSE(Glob::parse("ab*ba").matches("aba"));
  EXPECT_TRUE(Glob::parse("**").matches(""));
  EXPECT_TRUE(Glob::parse("**").is_any());
  // With backtracking this would take longer than anybody waits.
  std::string stars;
  for (int i = 0; i < 5000; ++i) stars += "*a";
  EXPECT_FALSE(Glob::parse(stars + "*b*c").matches(std::string(9999, 'a')));
}

}  // namespace
}  // namespace rehome::rules
