// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/preparation.h"

#include <algorithm>
#include <utility>

#include "base/core/words.h"
#include "flow/rules/internal/object_search.h"
#include "flow/rules/internal/references.h"
#include "flow/rules/internal/string_content.h"

namespace rehome::rules {

namespace {

void append(Gaps& to, Gaps from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

bool says_no(std::string_view word) { return same_word(word, "FALSE") || same_word(word, "No") || word == "0"; }

/// Keys are found with '/' between their names; patterns write '\'.
std::string as_pattern(const std::string& object, PatternType type) {
  std::string text = object;
  if (type == PatternType::registry) std::ranges::replace(text, '/', '\\');
  return escape_pattern(text);
}

/// Several detections are alternatives.
class Alternatives {
 public:
  void add(Truth truth, Gaps gaps) {
    answer_.truth = either(answer_.truth, truth);
    append(answer_.gaps, std::move(gaps));
  }
  /// Gaps only matter where the answer depends on them.
  Answer take() {
    if (answer_.truth != Truth::unknown) answer_.gaps.clear();
    return std::move(answer_);
  }

 private:
  Answer answer_{Truth::no, {}};
};

}  // namespace

PreparedComponent Preparation::prepare(const ComponentNode& node, Pass pass, const Scope* outer) {
  setting_.budget.spend_step();
  PreparedComponent component;
  component.scope = std::make_unique<Scope>(outer);
  component.environment_gaps = fill(*component.scope, node.environments, pass);
  for (const RoleNode& role : node.roles) component.roles.push_back(prepare(role, pass, component.scope.get()));
  return component;
}

PreparedRole Preparation::prepare(const RoleNode& node, Pass pass, const Scope* outer) {
  PreparedRole role;
  role.scope = std::make_unique<Scope>(outer);
  role.environment_gaps = fill(*role.scope, node.environments, pass);
  detect(node, pass, role);
  for (const ComponentNode& each : node.components) role.components.push_back(prepare(each, pass, role.scope.get()));
  for (const RoleNode& each : node.roles) role.roles.push_back(prepare(each, pass, role.scope.get()));
  return role;
}

void Preparation::detect(const RoleNode& node, Pass pass, PreparedRole& role) {
  // When a store is applied every component counts as detected.
  const bool asks_nothing = node.detections.empty() && node.detects.empty();
  if (asks_nothing || setting_.side == Side::restore) return;
  Conditions conditions(setting_, pass, *role.scope, named_);
  Alternatives here;
  Alternatives in_system;
  auto ask = [&](const auto& detection) {
    const Context context = resolve(detection, named_).context;
    if (!holds(context, pass.context()) || !holds(detection.context, pass.context())) return;
    const Truth truth = conditions.evaluate(detection);
    Gaps gaps = conditions.take_gaps();
    const bool of_system_only = context == Context::system || detection.context == Context::system;
    if (of_system_only) in_system.add(truth, gaps);
    here.add(truth, std::move(gaps));
  };
  for (const DetectionNode& each : node.detections) ask(each);
  for (const DetectsNode& each : node.detects) ask(each);
  role.detected = here.take();
  role.detected_in_system = in_system.take();
}

Gaps Preparation::fill(Scope& scope, const std::vector<EnvironmentNode>& environments, Pass pass) {
  Gaps gaps;
  for (const EnvironmentNode& node : environments) {
    const EnvironmentNode& target = resolve(node, named_);
    for (const VariableNode& variable : target.variables) scope.declare(variable.name);
    if (!holds(node.context, pass.context()) || !holds(target.context, pass.context())) continue;
    Conditions conditions(setting_, pass, scope, named_);
    if (conditions.all(target.conditions) == Truth::no) continue;
    append(gaps, conditions.take_gaps());
    for (const VariableNode& variable : target.variables) fill_variable(scope, variable, pass, gaps);
  }
  return gaps;
}

void Preparation::fill_variable(Scope& scope, const VariableNode& variable, Pass pass, Gaps& gaps) {
  setting_.budget.spend_step();
  if (auto value = value_of(variable, Expander(setting_, pass.account, scope), pass, gaps)) {
    scope.define(variable.name, std::move(*value));
  }
}

std::optional<std::string> Preparation::value_of(const VariableNode& variable, const Expander& expander, Pass pass,
                                                 Gaps& gaps) {
  if (variable.text) return expander.expand(*variable.text).text;
  if (variable.script) return string_content_of(variable.script->call, expander, pass);
  for (const ObjectSetNode& set : variable.sets) {
    Conditions conditions(setting_, pass, expander.scope(), named_);
    const Truth active = conditions.is_active(set);
    append(gaps, conditions.take_gaps());
    if (active == Truth::no) continue;
    if (auto object = first_object(set, expander, pass)) return object;
    if (conditions.any_exists(set) == Truth::unknown) {
      gaps.push_back({set.place, "what this object set of a variable holds is not supported yet"});
    }
  }
  return std::nullopt;
}

std::optional<std::string> Preparation::first_object(const ObjectSetNode& set, const Expander& expander, Pass pass) {
  ObjectSearch search(setting_.machine, pass.account, setting_.budget);
  for (const PatternNode& node : set.patterns) {
    Expansion expansion = expander.expand(node.text);
    if (!expansion.text) continue;
    for (const std::string& text : split_patterns(*expansion.text, node.type, setting_.machine.flavour())) {
      auto pattern = parse_pattern(text, node.type, setting_.machine.flavour());
      if (!pattern) continue;
      const SearchResult found = search.find(*pattern);
      if (found.exists == Truth::yes) return as_pattern(found.object, node.type);
    }
  }
  return std::nullopt;
}

std::optional<std::string> Preparation::string_content_of(const Call& call, const Expander& expander, Pass pass) {
  const PatternType type = pattern_type_of(call.argument(0));
  Expansion location = expander.expand(call.argument(1));
  if (!location.text) return std::nullopt;
  std::vector<std::string> texts = split_patterns(*location.text, type, setting_.machine.flavour());
  if (texts.size() != 1) return std::nullopt;
  auto pattern = parse_pattern(texts.front(), type, setting_.machine.flavour());
  if (!pattern) return std::nullopt;
  auto content = string_content(setting_.machine, pass.account, *pattern);
  if (!content) return std::nullopt;
  if (!says_no(call.argument(2))) {
    if (auto expanded = expander.expand_plain(*content)) content = std::move(expanded);
  }
  if (content->size() > kVariableBytes) return std::nullopt;
  return escape_pattern(*content);
}

}  // namespace rehome::rules
