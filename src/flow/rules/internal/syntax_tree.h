// SPDX-License-Identifier: Apache-2.0
#pragma once
// Rule files after parsing: what their elements say, with places for diagnostics, independent of any machine. Built by
// the builders, walked by the evaluator. Elements whose content could not be understood are left out here and were
// reported there.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/core/words.h"
#include "flow/rules/internal/expression.h"
#include "flow/rules/internal/pattern.h"
#include "flow/rules/internal/source_files.h"
#include "model/plan.h"

namespace rehome::rules {

enum class Context : std::uint8_t { none = 0, user = 1, system = 2, both = 3 };

struct PlacedCall {
  Call call;
  Place place;
};

struct ConditionNode {
  PlacedCall function;
  bool negated = false;
};

struct ConditionsNode {
  std::string reference;  // of a named one; then the rest is empty
  bool any_suffices = false;
  std::vector<ConditionsNode> groups;
  std::vector<ConditionNode> conditions;
  Place place;
};

struct PatternNode {
  PatternType type = PatternType::file;
  std::string text;  // as written
  Place place;
};

struct ObjectSetNode;

/// The content of the objects of `sets`, turned into patterns by `filter`.
struct ContentNode {
  PlacedCall filter;
  std::vector<ObjectSetNode> sets;
  Place place;
};

struct ObjectSetNode {
  std::vector<PatternNode> patterns;
  std::vector<PlacedCall> scripts;
  std::vector<ContentNode> contents;
  std::vector<ConditionsNode> groups;
  std::vector<ConditionNode> conditions;
  Place place;
};

struct VariableNode {
  std::string name;
  std::optional<std::string> text;
  std::optional<PlacedCall> script;
  std::vector<ObjectSetNode> sets;
  bool remaps = false;
  Place place;
};

struct EnvironmentNode {
  std::string reference;
  Context context = Context::both;
  std::vector<VariableNode> variables;
  std::vector<ConditionsNode> conditions;
  Place place;
};

struct DetectionNode {
  std::string reference;
  Context context = Context::both;
  std::vector<ConditionsNode> conditions;
  Place place;
};

struct DetectNode {
  std::string reference;
  std::vector<ConditionNode> conditions;
  std::vector<ObjectSetNode> sets;
  Place place;
};

struct DetectsNode {
  std::string reference;
  Context context = Context::both;
  std::vector<DetectNode> detects;
  Place place;
};

/// One of the rules that name objects.
struct RuleNode {
  enum class Kind : std::uint8_t {
    include,
    exclude,
    unconditional_exclude,
    merge,
    content_modify,
    location_modify,
    destination_cleanup,
    include_attributes,
    exclude_attributes,
  };
  Kind kind = Kind::include;
  std::optional<PlacedCall> script;  // filter= or script=
  std::vector<ObjectSetNode> sets;
  Place place;
};

/// Rules that act by themselves; none is carried out yet.
struct ActionNode {
  enum class Kind : std::uint8_t { add_objects, external_process, processing };
  Kind kind = Kind::add_objects;
  bool adds_files = false;  // add_objects: some object is a file
  Place place;
};

struct RulesNode {
  std::string reference;
  Context context = Context::both;
  std::vector<RuleNode> rules;
  std::vector<ActionNode> actions;
  std::vector<RulesNode> nested;
  std::vector<ConditionsNode> conditions;
  std::vector<DetectsNode> detects;
  Place place;
};

struct ComponentNode;

struct RoleNode {
  std::vector<EnvironmentNode> environments;
  std::vector<DetectionNode> detections;
  std::vector<DetectsNode> detects;
  std::vector<RulesNode> rules;
  std::vector<ComponentNode> components;
  std::vector<RoleNode> roles;
  Place place;
};

struct ComponentNode {
  std::string display_name;
  Context context = Context::both;
  std::vector<EnvironmentNode> environments;
  std::vector<PatternNode> extensions;  // each the segment of a drive pattern: "* [*.doc]"
  std::vector<RoleNode> roles;
  Place place;
};

struct NamedElements {
  WordMap<EnvironmentNode> environments;
  WordMap<RulesNode> rules;
  WordMap<ConditionsNode> conditions;
  WordMap<DetectionNode> detections;
  WordMap<DetectsNode> detects;
  WordMap<DetectNode> single_detects;
};

struct MigrationFile {
  std::string urlid;
  NamedElements named;
  std::vector<ComponentNode> components;
};

}  // namespace rehome::rules
