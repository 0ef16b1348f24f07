// SPDX-License-Identifier: Apache-2.0
#include "base/machine/known_folder.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace rehome {
namespace {

TEST(KnownFolder, EveryFolderStandsOnceAndHomeBeforeWhatLiesInIt) {
  std::set<KnownFolder> folders;
  std::set<std::string_view> names;
  for (const KnownFolderNames& each : known_folders()) {
    EXPECT_TRUE(folders.insert(each.folder).second) << each.name;
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_EQ(find_known_folder(each.folder), &each);
    EXPECT_EQ(each.per_user, each.folder < KnownFolder::windows) << each.name;
  }
  EXPECT_EQ(known_folders().front().folder, KnownFolder::home);
  EXPECT_EQ(folders.size(), 20U);
  EXPECT_EQ(find_known_folder(KnownFolder::none), nullptr);
  EXPECT_EQ(find_known_folder(static_cast<KnownFolder>(200)), nullptr) << "from a newer program's catalog";
}

TEST(KnownFolder, NoVariableMeansTwoFolders) {
  std::set<std::string_view> variables;
  for (const KnownFolderNames& each : known_folders()) {
    EXPECT_TRUE(each.xdg_key.empty() || variables.insert(each.xdg_key).second) << each.xdg_key;
    for (std::string_view variable : each.variables) {
      EXPECT_TRUE(variables.insert(variable).second) << variable;
      EXPECT_EQ(known_folder_of_variable(variable), each.folder) << variable;
    }
  }
}

TEST(KnownFolder, VariablesAreComparedWithoutCase) {
  EXPECT_EQ(known_folder_of_variable("csidl_Personal"), KnownFolder::documents);
  EXPECT_EQ(known_folder_of_variable("FOLDERID_DOWNLOADS"), KnownFolder::downloads);
  EXPECT_EQ(known_folder_of_variable("xdg_config_home"), KnownFolder::config);
  EXPECT_EQ(known_folder_of_variable("CSIDL_LOCAL_APPDATA"), KnownFolder::data);
  EXPECT_EQ(known_folder_of_variable("SystemRoot"), KnownFolder::windows);
  EXPECT_EQ(known_folder_of_variable("CSIDL_SENDTO"), std::nullopt);
  EXPECT_EQ(known_folder_of_variable(""), std::nullopt) << "not the empty XDG key of favorites";
}

// Catalogs hold these numbers; a change makes every store mean something else.
TEST(KnownFolder, NumbersNeverChange) {
  const std::pair<std::string_view, int> numbers[] = {
      {"home", 1},     {"desktop", 2},        {"documents", 3},     {"downloads", 4},       {"music", 5},
      {"pictures", 6}, {"videos", 7},         {"templates", 8},     {"public_share", 9},    {"config", 10},
      {"data", 11},    {"cache", 12},         {"state", 13},        {"favorites", 14},      {"start_menu", 15},
      {"windows", 32}, {"program_files", 33}, {"program_data", 34}, {"public_profile", 35}, {"users", 36}};
  for (auto [name, number] : numbers) {
    const KnownFolderNames* found = find_known_folder(static_cast<KnownFolder>(number));
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->name, name);
  }
}

}  // namespace
}  // namespace rehome
