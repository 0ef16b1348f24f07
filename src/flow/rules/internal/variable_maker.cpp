// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/variable_maker.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/core/words.h"
#include "flow/rules/internal/object_search.h"
#include "flow/rules/internal/string_content.h"
#include "flow/rules/internal/unknown_variables.h"

namespace rehome::rules {

namespace {

bool says_no(std::string_view word) { return same_word(word, "FALSE") || same_word(word, "No") || word == "0"; }

/// Keys are found with '/' between their names; patterns write '\\'.
std::string as_pattern(const std::string& object, PatternType type) {
  std::string text = object;
  if (type == PatternType::registry) std::ranges::replace(text, '/', '\\');
  return escape_pattern(text);
}

}  // namespace

VariableValue VariableMaker::make(const VariableNode& variable, Gaps& gaps) {
  if (variable.text) {
    Expansion expansion = expander_.expand(*variable.text);
    auto fault = setting_.unknown_variables.note_of_variable(variable.place, expansion, expander_.scope());
    return {std::move(expansion.text), fault};
  }
  if (variable.script) return string_content_of(*variable.script);
  std::optional<Place> fault;
  for (const ObjectSetNode& set : variable.sets) {
    Conditions conditions(setting_, pass_, expander_.scope(), named_);
    const Truth active = conditions.is_active(set);
    std::ranges::move(conditions.take_gaps(), std::back_inserter(gaps));
    if (active == Truth::no) continue;
    VariableValue object = first_object(set);
    if (object.text) return object;
    if (!fault) fault = object.fault;
    if (conditions.any_exists(set) == Truth::unknown) {
      gaps.push_back({set.place, "what this object set of a variable holds is not supported yet"});
    }
  }
  return {std::nullopt, fault};
}

std::vector<Pattern> VariableMaker::patterns_of(const PatternNode& node, std::optional<Place>& fault) {
  std::vector<Pattern> patterns;
  const Expansion expansion = expander_.expand(node.text);
  auto wrong = setting_.unknown_variables.note_of_variable(node.place, expansion, expander_.scope());
  if (!fault) fault = wrong;
  if (!expansion.text) return patterns;
  for (const std::string& text : split_patterns(*expansion.text, node.type, setting_.machine.flavour())) {
    auto pattern = parse_pattern(text, node.type, setting_.machine.flavour());
    if (pattern) {
      patterns.push_back(std::move(*pattern));
    } else if (pattern.error().kind == PatternProblem::Kind::malformed) {
      fault = setting_.unknown_variables.note_fault(node.place, pattern.error().message, false);
    }
  }
  return patterns;
}

VariableValue VariableMaker::first_object(const ObjectSetNode& set) {
  ObjectSearch search(setting_.machine, pass_.account, setting_.budget);
  std::optional<Place> fault;
  for (const PatternNode& node : set.patterns) {
    for (const Pattern& pattern : patterns_of(node, fault)) {
      const SearchResult found = search.find(pattern);
      if (found.exists == Truth::yes) return {as_pattern(found.object, node.type), std::nullopt};
    }
  }
  return {std::nullopt, fault};
}

VariableValue VariableMaker::string_content_of(const PlacedCall& script) {
  const Call& call = script.call;
  std::optional<Place> fault;
  const PatternNode location{pattern_type_of(call.argument(0)), std::string(call.argument(1)), script.place};
  const std::vector<Pattern> patterns = patterns_of(location, fault);
  if (patterns.size() > 1) {
    fault = setting_.unknown_variables.note_fault(script.place, "this names more than one place to read from", false);
  }
  if (patterns.size() != 1) return {std::nullopt, fault};
  auto content = string_content(setting_.machine, pass_.account, patterns.front());
  if (!content) return {};
  if (!says_no(call.argument(2))) {
    if (auto expanded = expander_.expand_plain(*content).text) content = std::move(expanded);
  }
  if (content->size() > kVariableBytes) return {};
  return {escape_pattern(*content), std::nullopt};
}

}  // namespace rehome::rules
