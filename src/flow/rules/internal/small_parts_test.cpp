// SPDX-License-Identifier: Apache-2.0
// The small tools of the folder: words, versions, Ini files, registry texts, drives.
#include <gtest/gtest.h>

#include "base/machine/memory/memory_machine.h"
#include "flow/rules/internal/drives.h"
#include "flow/rules/internal/name_case.h"
#include "flow/rules/internal/os_conditions.h"
#include "flow/rules/internal/string_content.h"

namespace rehome::rules {
namespace {

TEST(NameCase, FoldsLettersOfSeveralAlphabetsAndKeepsTheRest) {
  auto folded = [](std::string_view name) { return comparable_name(name, MachineFlavour::windows); };
  EXPECT_EQ(folded("Ärger ÀÞ×"), "ärger àþ×");
  EXPECT_EQ(folded("ŁÓDŹ Žluťoučký Ÿ"), "łódź žluťoučký Ÿ");
  EXPECT_EQ(folded("ΑΒΓ ЖЯЁ Ẁ"), "αβγ жяё ẁ");
  EXPECT_EQ(folded("文件 \xFF\xC3"), "文件 \xFF\xC3");
  EXPECT_EQ(comparable_name("ABC", MachineFlavour::linux), "ABC");
}

TEST(OperatingSystemVersions, CompareByNumbersAndParts) {
  EXPECT_TRUE(matches_version("10.0.19045", "10.*"));
  EXPECT_TRUE(matches_version("5.2.3790", "5.2.*.*"));
  EXPECT_FALSE(matches_version("6.1.7601", "6.0.*"));
  EXPECT_TRUE(matches_version("12", "12"));
  EXPECT_GT(compare_versions("10.0", "9"), 0);
  EXPECT_EQ(compare_versions("10.0.19045", "10.0"), 0);
  EXPECT_LT(compare_versions("6.1.7600", "6.1.7601"), 0);
  EXPECT_EQ(compare_versions("", "0"), 0);
}

TEST(StringContent, ReadsIniFiles) {
  std::string_view text = "[Other]\r\nKey=wrong\r\n; Key=comment\r\n[ Notes ]\r\nkey = \"C:\\Data\" \r\n";
  EXPECT_EQ(find_in_ini(text, "notes", "KEY"), "C:\\Data");
  EXPECT_EQ(find_in_ini(text, "notes", "none"), std::nullopt);
  EXPECT_EQ(find_in_ini("Key=outside", "notes", "key"), std::nullopt);
}

TEST(StringContent, ReadsRegistryValues) {
  Bytes text = {'C', 0, 0xE4, 0, 0x3D, 0xD8, 0x00, 0xDE, 0, 0, 'x', 0};
  EXPECT_EQ(text_of_value(1, text), "Cä😀");
  EXPECT_EQ(text_of_value(4, Bytes{0x39, 5, 0, 0}), "1337");
  EXPECT_EQ(text_of_value(3, text), std::nullopt);
  EXPECT_EQ(text_of_value(4, Bytes{1}), std::nullopt);
  EXPECT_EQ(text_of_value(1, Bytes{0x00, 0xD8, 'a'}), "\xEF\xBF\xBD");
}

TEST(Drives, AreFoundByKind) {
  ManualClock clock;
  MemoryMachine windows(MachineFlavour::windows, clock);
  windows.files().add_drive('D');
  using Texts = std::vector<std::string>;
  EXPECT_EQ(drive_patterns(windows, " * [*.doc]", "fixed"), (Texts{"C:\\* [*.doc]", "D:\\* [*.doc]"}));
  EXPECT_EQ(drive_patterns(windows, "\\Data\\* [*]", "Fixed"), (Texts{"C:\\Data\\* [*]", "D:\\Data\\* [*]"}));
  EXPECT_EQ(drive_patterns(windows, "*", "Remote"), Texts{});
  EXPECT_EQ(drive_patterns(windows, "*", "Floppy"), std::nullopt);

  MemoryMachine machine(MachineFlavour::linux, clock);
  machine.add_folder("/media/stick");
  machine.files().mount("/media/stick", {.volume_class = VolumeClass::removable, .type = "vfat"});
  EXPECT_EQ(drive_patterns(machine, "* [*.doc]", "Fixed"), (Texts{"/* [*.doc]"}));
  EXPECT_EQ(drive_patterns(machine, "* [*]", "Removable"), (Texts{"/media/stick/* [*]"}));
}

}  // namespace
}  // namespace rehome::rules
