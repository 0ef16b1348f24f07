// SPDX-License-Identifier: Apache-2.0
#include "model/diagnostic.h"

#include <gtest/gtest.h>

namespace rehome {
namespace {

Diagnostic at(std::uint32_t column, std::string line) {
  return {Severity::error, "rules.xml", 12, column, "no such element", std::move(line)};
}

TEST(Diagnostic, ShowsTheLineWithACaretBelowTheColumn) {
  EXPECT_EQ(to_text(at(3, "  <rulez>")),
            "rules.xml:12:3: error: no such element\n"
            "  12 |   <rulez>\n"
            "     |   ^");
}

TEST(Diagnostic, KeepsTabsSoThatTheCaretStaysInPlaceWhateverTheTabWidth) {
  EXPECT_EQ(to_text(at(4, "\ta\t<rulez>\t")),
            "rules.xml:12:4: error: no such element\n"
            "  12 | \ta\t<rulez>\t\n"
            "     | \t \t^");
}

TEST(Diagnostic, CountsCharactersNotBytesBeforeTheCaret) {
  EXPECT_EQ(to_text(at(5, "\xC3\xA4\xC3\xB6<")),
            "rules.xml:12:5: error: no such element\n"
            "  12 | \xC3\xA4\xC3\xB6<\n"
            "     |   ^");
}

TEST(Diagnostic, ShowsHostileBytesEscapedAndMovesTheCaretAlong) {
  EXPECT_EQ(to_text(at(2, "\x1B<")),
            "rules.xml:12:2: error: no such element\n"
            "  12 | \\x1b<\n"
            "     |     ^");
}

TEST(Diagnostic, PutsTheCaretAtTheEndWhereTheColumnIsBeyondIt) {
  EXPECT_TRUE(to_text(at(4000, "ab")).ends_with("\n     |   ^"));
}

TEST(Diagnostic, CutsAnEndlessLineAroundTheColumn) {
  std::string text = to_text(at(100'001, std::string(100'000, 'x') + "<" + std::string(100'000, 'y')));
  EXPECT_LT(text.size(), 500U);
  std::size_t line = text.find('\n') + 1;
  std::size_t caret_line = text.find('\n', line) + 1;
  EXPECT_EQ(text[line + text.substr(caret_line).find('^')], '<') << text;
  EXPECT_NE(text.find("| ...xxx"), std::string::npos) << text;
}

TEST(Diagnostic, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(to_text({Severity::warning, "rules.xml", 0, 0, "empty", ""}), "rules.xml: warning: empty");
  EXPECT_EQ(to_text({Severity::note, "", 0, 0, "empty", ""}), "note: empty");
  EXPECT_EQ(to_text({Severity::note, "r", 3, 0, "odd", "<a>"}), "r:3: note: odd\n  3 | <a>");
}

TEST(Diagnostic, OnlyErrorsAreErrors) {
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({{Severity::warning, "", 0, 0, "", ""}, {Severity::note, "", 0, 0, "", ""}}));
  EXPECT_TRUE(has_errors({{Severity::warning, "", 0, 0, "", ""}, at(1, "")}));
}

}  // namespace
}  // namespace rehome
