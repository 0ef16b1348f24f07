// SPDX-License-Identifier: Apache-2.0
#include "model/outcome.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>

namespace rehome {
namespace {

constexpr int kLastKind = static_cast<int>(FindingKind::copied);

TEST(Outcome, EveryKindHasItsOwnName) {
  std::set<std::string_view> names;
  for (int kind = 1; kind <= kLastKind; ++kind) names.insert(name_of(static_cast<FindingKind>(kind)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kLastKind));
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(name_of(static_cast<FindingKind>(200)), "unknown");
}

TEST(Outcome, LostContentIsAnErrorAndAKindOfANewerProgramToo) {
  EXPECT_EQ(level_of(FindingKind::unreadable), FindingLevel::error);
  EXPECT_EQ(level_of(FindingKind::metadata_lost), FindingLevel::loss);
  EXPECT_EQ(level_of(FindingKind::left_behind), FindingLevel::note);
  EXPECT_EQ(level_of(static_cast<FindingKind>(200)), FindingLevel::error);
}

TEST(Outcome, CountsByLevel) {
  FindingCounts counts;
  for (int kind = 1; kind <= kLastKind; ++kind) counts.add(static_cast<FindingKind>(kind));
  EXPECT_EQ(counts.errors, 4U);
  EXPECT_EQ(counts.losses, 4U);
  EXPECT_EQ(counts.notes, 7U);
}

TEST(Printable, LeavesTextOfAnyLanguageAlone) {
  std::string text =
      "Gr\xC3\xBC\xC3\x9F"
      "e \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x98\x80 C:\\Users";
  EXPECT_EQ(printable(text), text);
}

TEST(Printable, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(printable("a\nb\tc\x1B[2J\x7F"), "a\\nb\\x09c\\x1b[2J\\x7f");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(printable("\xC2\x9B"), "\\xc2\\x9b") << "CSI of C1";
  EXPECT_EQ(printable("gpj\xE2\x80\xAE.exe"), "gpj\\xe2\\x80\\xae.exe") << "right-to-left override";
}

TEST(Printable, ShowsEveryByteThatIsNoUtf8) {
  EXPECT_EQ(printable("\xFF"
                      "a"),
            "\\xffa");
  EXPECT_EQ(printable("\xC3"), "\\xc3") << "cut short";
  EXPECT_EQ(printable("\xC0\xAF"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(printable("\xE0\x80\xAF"), "\\xe0\\x80\\xaf") << "overlong";
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond Unicode";
}

TEST(Printable, NeverLetsAControlByteThroughAndSettles) {
  rc::check([](const std::string& bytes) {
    std::string shown = printable(bytes);
    for (char each : shown) RC_ASSERT(static_cast<unsigned char>(each) >= 0x20 && each != 0x7F);
    RC_ASSERT(printable(shown) == shown);
  });
}

}  // namespace
}  // namespace rehome
