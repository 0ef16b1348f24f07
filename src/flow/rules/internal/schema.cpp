// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/schema.h"

#include <algorithm>
#include <array>

#include "base/core/words.h"

namespace rehome::rules {

namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> kContexts = {"User", "System", "UserAndSystem"};
constexpr std::array<std::string_view, 4> kTruth = {"TRUE", "FALSE", "Yes", "No"};
constexpr std::array<std::string_view, 2> kOperations = {"AND", "OR"};
constexpr std::array<std::string_view, 4> kComponentTypes = {"System", "Application", "Device", "Documents"};
constexpr std::array<std::string_view, 4> kRoles = {"Container", "Binaries", "Settings", "Data"};
constexpr std::array<std::string_view, 3> kPatternTypes = {"File", "Registry", "Ini"};
constexpr std::array<std::string_view, 2> kLocationTypes = {"File", "Registry"};
constexpr std::array<std::string_view, 2> kAttributeKinds = {"Security", "TimeFields"};
constexpr std::array<std::string_view, 6> kMoments = {"pre-scan",  "scan-success",  "post-scan",
                                                      "pre-apply", "apply-success", "post-apply"};

constexpr AttributeRow kName = {"name", false, {}, Severity::error, false};
constexpr AttributeRow kContext = {"context", false, kContexts, Severity::error, false};
constexpr AttributeRow kFilter = {"filter", false, {}, Severity::error, false};
constexpr AttributeRow kScript = {"script", true, {}, Severity::error, false};
constexpr AttributeRow kWhen = {"when", true, kMoments, Severity::warning, false};
constexpr AttributeRow kLocId = {"_locID", false, {}, Severity::warning, false};

constexpr auto kOfMigration = std::to_array<AttributeRow>({{"urlid", true, {}, Severity::warning, false}});
constexpr auto kOfComponent = std::to_array<AttributeRow>({
    {"type", true, kComponentTypes, Severity::warning, false},
    kContext,
    {"defaultSupported", false, kTruth, Severity::warning, false},
    {"hidden", false, {}, Severity::warning, false},
});
constexpr auto kOfRole = std::to_array<AttributeRow>({{"role", true, kRoles, Severity::warning, false}});
constexpr auto kOfNamed = std::to_array<AttributeRow>({kName, kContext});
constexpr auto kOfFiltered = std::to_array<AttributeRow>({kFilter});
constexpr auto kOfScripted = std::to_array<AttributeRow>({kScript});
constexpr auto kOfContent = std::to_array<AttributeRow>({{"filter", true, {}, Severity::error, false}});
constexpr auto kOfPattern = std::to_array<AttributeRow>({{"type", true, kPatternTypes, Severity::error, false}});
constexpr auto kOfLocation = std::to_array<AttributeRow>({{"type", true, kLocationTypes, Severity::error, false}});
constexpr auto kOfConditions =
    std::to_array<AttributeRow>({kName, {"operation", false, kOperations, Severity::error, false}});
constexpr auto kOfCondition = std::to_array<AttributeRow>({{"negation", false, kTruth, Severity::error, false}});
constexpr auto kOfVariable =
    std::to_array<AttributeRow>({{"name", true, {}, Severity::error, false}, {"remap", false, kTruth, {}, false}});
constexpr auto kOfBytes = std::to_array<AttributeRow>(
    {{"string", false, kTruth, Severity::warning, false}, {"expand", false, kTruth, Severity::warning, false}});
constexpr auto kOfAttributeRules =
    std::to_array<AttributeRow>({{"attributes", true, kAttributeKinds, Severity::warning, true}});
constexpr auto kOfTimed = std::to_array<AttributeRow>({kWhen});
constexpr auto kOfLocalized = std::to_array<AttributeRow>({kLocId});
constexpr std::span<const AttributeRow> kNone;

constexpr auto kInMigration = std::to_array<std::string_view>({"component", "namedElements"});
constexpr auto kInNamed =
    std::to_array<std::string_view>({"environment", "rules", "conditions", "detection", "detects", "detect"});
constexpr auto kInComponent = std::to_array<std::string_view>(
    {"role", "displayName", "manufacturer", "version", "description", "environment", "extensions"});
constexpr auto kInRole =
    std::to_array<std::string_view>({"rules", "environment", "detection", "component", "role", "detects"});
constexpr auto kInRules =
    std::to_array<std::string_view>({"include", "exclude", "unconditionalExclude", "rules", "merge", "contentModify",
                                     "locationModify", "destinationCleanup", "addObjects", "externalProcess",
                                     "processing", "includeAttributes", "excludeAttributes", "conditions", "detects"});
constexpr auto kInObjectSet =
    std::to_array<std::string_view>({"pattern", "script", "content", "conditions", "condition"});
constexpr auto kInAddObjects = std::to_array<std::string_view>({"object", "conditions", "condition", "script"});
constexpr auto kInObject = std::to_array<std::string_view>({"location", "attributes", "bytes"});
constexpr auto kInDetect = std::to_array<std::string_view>({"condition", "objectSet"});
constexpr auto kInConditions = std::to_array<std::string_view>({"conditions", "condition"});
constexpr auto kInEnvironment = std::to_array<std::string_view>({"variable", "conditions"});
constexpr auto kInVariable = std::to_array<std::string_view>({"text", "script", "objectSet"});
constexpr auto kObjectSets = std::to_array<std::string_view>({"objectSet"});
constexpr auto kConditionsOnly = std::to_array<std::string_view>({"conditions"});
constexpr auto kDetectOnly = std::to_array<std::string_view>({"detect"});
constexpr auto kExtensionOnly = std::to_array<std::string_view>({"extension"});
constexpr auto kCommandLineOnly = std::to_array<std::string_view>({"commandLine"});
constexpr auto kScriptOnly = std::to_array<std::string_view>({"script"});
constexpr Words kLeaf;

constexpr ElementRow holds(std::string_view name, Words children, std::span<const AttributeRow> attributes) {
  return {name, children, attributes, false, false, false};
}
constexpr ElementRow holds_data(std::string_view name, Words children, std::span<const AttributeRow> attributes) {
  return {name, children, attributes, false, false, true};
}
constexpr ElementRow text(std::string_view name, std::span<const AttributeRow> attributes) {
  return {name, kLeaf, attributes, true, false, false};
}
constexpr ElementRow ignored(std::string_view name) { return {name, kLeaf, kNone, true, true, false}; }

constexpr auto kElements = std::to_array<ElementRow>({
    holds_data("migration", kInMigration, kOfMigration),
    holds_data("namedElements", kInNamed, kNone),
    holds_data("component", kInComponent, kOfComponent),
    text("displayName", kOfLocalized),
    text("manufacturer", kOfLocalized),
    text("version", kOfLocalized),
    text("description", kOfLocalized),
    holds_data("role", kInRole, kOfRole),
    holds_data("rules", kInRules, kOfNamed),
    holds_data("include", kObjectSets, kOfFiltered),
    holds("exclude", kObjectSets, kOfFiltered),
    holds("unconditionalExclude", kObjectSets, kNone),
    holds_data("objectSet", kInObjectSet, kNone),
    {"pattern", kLeaf, kOfPattern, true, false, true},
    {"script", kLeaf, kNone, true, false, true},
    holds_data("content", kObjectSets, kOfContent),
    holds("merge", kObjectSets, kOfScripted),
    holds("contentModify", kObjectSets, kOfScripted),
    holds("locationModify", kObjectSets, kOfScripted),
    holds("destinationCleanup", kObjectSets, kOfFiltered),
    holds("includeAttributes", kObjectSets, kOfAttributeRules),
    holds("excludeAttributes", kObjectSets, kOfAttributeRules),
    holds_data("addObjects", kInAddObjects, kNone),
    holds_data("object", kInObject, kNone),
    {"location", kScriptOnly, kOfLocation, true, false, false},
    text("attributes", kNone),
    text("bytes", kOfBytes),
    holds("detection", kConditionsOnly, kOfNamed),
    holds("detects", kDetectOnly, kOfNamed),
    holds("detect", kInDetect, kOfNamed),
    holds("conditions", kInConditions, kOfConditions),
    text("condition", kOfCondition),
    holds("environment", kInEnvironment, kOfNamed),
    holds("variable", kInVariable, kOfVariable),
    text("text", kNone),
    holds_data("extensions", kExtensionOnly, kNone),
    text("extension", kNone),
    holds("externalProcess", kCommandLineOnly, kOfTimed),
    text("commandLine", kNone),
    holds("processing", kScriptOnly, kOfTimed),
    ignored("icon"),
    ignored("library"),
    ignored("path"),
    ignored("paths"),
    ignored("plugin"),
    ignored("windowsObjects"),
    ignored("_locDefinition"),
});

}  // namespace

const ElementRow* find_element(std::string_view name) {
  const auto* found = std::ranges::find_if(kElements, [&](const ElementRow& row) { return same_word(row.name, name); });
  return found == kElements.end() ? nullptr : found;
}

std::vector<std::string_view> element_names() {
  std::vector<std::string_view> names;
  for (const ElementRow& row : kElements) names.push_back(row.name);
  return names;
}

std::vector<std::string_view> parents_of(std::string_view name) {
  std::vector<std::string_view> parents;
  for (const ElementRow& row : kElements) {
    if (std::ranges::find(row.children, name) != row.children.end()) parents.push_back(row.name);
  }
  return parents;
}

}  // namespace rehome::rules
