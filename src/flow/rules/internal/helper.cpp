// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/helper.h"

#include <algorithm>
#include <array>

#include "base/core/words.h"

namespace rehome::rules {

namespace {

using enum HelperKind;

constexpr auto kHelpers = std::to_array<Helper>({
    {"DoesOSMatch", condition, 2, 2},
    {"IsNative64Bit", condition, 0, 0},
    {"IsOSLaterThan", condition, 2, 2},
    {"IsOSEarlierThan", condition, 2, 2},
    {"DoesObjectExist", condition, 2, 2, true},
    {"DoesFileVersionMatch", condition, 3, 3},
    {"IsFileVersionAbove", condition, 3, 3},
    {"IsFileVersionBelow", condition, 3, 3},
    {"IsSystemContext", condition, 0, 0},
    {"DoesStringContentEqual", condition, 3, 3, true},
    {"DoesStringContentContain", condition, 3, 3, true},
    {"IsSameObject", condition, 3, 3, true},
    {"IsSameContent", condition, 4, 4, true},
    {"IsSameStringContent", condition, 4, 4, true},
    // In no documentation, but in files that ship with Windows.
    {"IsUpgrade", condition, 0, kAnyNumber},
    {"IsMigrationScope", condition, 0, kAnyNumber},

    {"AnswerNo", filter, 0, 0},
    {"CompareStringContent", filter, 1, 2},
    {"IgnoreIrrelevantLinks", filter, 0, 0},
    {"NeverRestore", filter, 0, 0},
    {"FileProperties", filter, 3, 3},
    {"SameRegContent", filter, 0, kAnyNumber},

    {"ExtractSingleFile", content, 0, 2},
    {"ExtractMultipleFiles", content, 0, 2},
    {"ExtractDirectory", content, 0, 3},
    {"ExtractSingleFileAnsiBin", content, 0, kAnyNumber},
    {"ExtractSingleFileUnicodeBin", content, 0, kAnyNumber},

    {"ConvertToDWORD", modify, 0, 1},
    {"ConvertToString", modify, 0, 1},
    {"ConvertToBinary", modify, 0, 0},
    {"OffsetValue", modify, 1, 1},
    {"SetValueByTable", modify, 2, 3},
    {"KeepExisting", modify, 1, kAnyNumber},
    {"MergeMultiSzContent", modify, 2, kAnyNumber},
    {"MergeDelimitedContent", modify, 3, kAnyNumber},
    {"MergeShellLibraries", modify, 0, kAnyNumber},
    {"ConvertToOfficeLangID", modify, 0, kAnyNumber},
    {"UpdateMvBinaryMapiStruct", modify, 0, kAnyNumber},
    {"SetPstPathInMapiStruct", modify, 0, kAnyNumber},
    {"SetPstPathInMapiStruc", modify, 0, kAnyNumber},
    {"AntiAlias", modify, 0, kAnyNumber},
    {"ConvertScreenSaver", modify, 0, kAnyNumber},
    {"ConvertShowIEOnDesktop", modify, 0, kAnyNumber},
    {"MigrateActiveDesktop", modify, 0, kAnyNumber},
    {"MigrateAppearanceUPM", modify, 0, kAnyNumber},
    {"MigrateDisplayCS", modify, 0, kAnyNumber},
    {"MigrateDisplaySS", modify, 0, kAnyNumber},
    {"MigrateIEAutoSearch", modify, 0, kAnyNumber},
    {"MigrateMouseUPM", modify, 0, kAnyNumber},
    {"MigrateSoundSysTray", modify, 0, kAnyNumber},
    {"MigrateTaskBarSS", modify, 0, kAnyNumber},

    {"ExactMove", move, 1, 1},
    {"Move", move, 1, 1},
    {"RelativeMove", move, 2, 2},

    {"SourcePriority", merge, 0, 0},
    {"DestinationPriority", merge, 0, 0},
    {"FindFilePlaceByPattern", merge, 1, 1},
    {"NewestVersion", merge, 1, 1},
    {"HigherValue", merge, 0, 0},
    {"LowerValue", merge, 0, 0},
    {"LeafPattern", merge, 0, kAnyNumber},

    {"GenerateDocPatterns", patterns, 0, 3},
    {"GenerateDrivePatterns", patterns, 2, 2},
    {"GenerateUserPatterns", patterns, 3, 3, true},
    // Real files give it two more strings than the documentation knows; their meaning is nowhere described.
    {"GetStringContent", text, 2, 5, true},

    {"AskForLogoff", action, 0, 0},
    {"ConvertToShortFileName", action, 1, 1},
    {"KillExplorer", action, 0, 0},
    {"RestartExplorer", action, 0, 0},
    {"RegisterFonts", action, 1, 1},
    {"RemoveEmptyDirectories", action, 1, 1},
    {"StartService", action, 1, kAnyNumber},
    {"StopService", action, 1, 1},
    {"SyncSCM", action, 1, 1},
});

}  // namespace

std::string_view describe(HelperKind kind) {
  switch (kind) {
    case condition:
      return "a condition";
    case filter:
      return "a filter of include or exclude";
    case content:
      return "a filter of content";
    case modify:
      return "a script of contentModify";
    case move:
      return "a script of locationModify";
    case merge:
      return "a script of merge";
    case patterns:
      return "a script that gives patterns";
    case text:
      return "a script of a variable";
    case action:
      return "a script of processing";
  }
  return "a script";
}

const Helper* find_helper(std::string_view name) {
  const auto* found = std::ranges::find_if(kHelpers, [&](const Helper& each) { return same_word(each.name, name); });
  return found == kHelpers.end() ? nullptr : found;
}

std::vector<std::string_view> helper_names() {
  std::vector<std::string_view> names;
  for (const Helper& helper : kHelpers) names.push_back(helper.name);
  return names;
}

bool is_helper_object(std::string_view name) {
  return same_word(name, "MigXmlHelper") || same_word(name, "MigSysHelper");
}

}  // namespace rehome::rules
