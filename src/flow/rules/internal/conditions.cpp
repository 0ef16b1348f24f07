// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/conditions.h"

#include <algorithm>
#include <utility>

#include "flow/rules/internal/name_case.h"
#include "flow/rules/internal/os_conditions.h"
#include "flow/rules/internal/references.h"
#include "flow/rules/internal/string_content.h"
#include "flow/rules/internal/unknown_variables.h"

namespace rehome::rules {

namespace {

Truth truth(bool value) { return value ? Truth::yes : Truth::no; }

}  // namespace

Conditions::Conditions(const EvaluationSetting& setting, Pass pass, const Scope& scope, const NamedElements& named)
    : setting_(setting), pass_(pass), expander_(setting, pass.account, scope), named_(named) {}

Gaps Conditions::take_gaps() { return std::exchange(gaps_, {}); }

Truth Conditions::evaluate(const ConditionNode& node) {
  const Truth value = call(node.function);
  return node.negated ? !value : value;
}

Truth Conditions::evaluate(const ConditionsNode& node) {
  setting_.budget.spend_step(node.place);
  const ConditionsNode& target = resolve(node, named_);
  Truth result = target.any_suffices ? Truth::no : Truth::yes;
  auto join = [&](Truth value) { result = target.any_suffices ? either(result, value) : both(result, value); };
  for (const ConditionNode& each : target.conditions) join(evaluate(each));
  for (const ConditionsNode& each : target.groups) join(evaluate(each));
  return target.conditions.empty() && target.groups.empty() ? Truth::yes : result;
}

Truth Conditions::all(const std::vector<ConditionsNode>& nodes) {
  Truth result = Truth::yes;
  for (const ConditionsNode& each : nodes) result = both(result, evaluate(each));
  return result;
}

Truth Conditions::evaluate(const DetectionNode& node) { return all(resolve(node, named_).conditions); }

Truth Conditions::evaluate(const DetectsNode& node) {
  setting_.budget.spend_step(node.place);
  Truth result = Truth::yes;
  for (const DetectNode& each : resolve(node, named_).detects) result = both(result, evaluate(each));
  return result;
}

Truth Conditions::evaluate(const DetectNode& node) {
  setting_.budget.spend_step(node.place);
  const DetectNode& target = resolve(node, named_);
  if (target.conditions.empty() && target.sets.empty()) return Truth::yes;
  Truth result = Truth::no;
  for (const ConditionNode& each : target.conditions) result = either(result, evaluate(each));
  for (const ObjectSetNode& each : target.sets) result = either(result, both(is_active(each), any_exists(each)));
  return result;
}

Truth Conditions::is_active(const ObjectSetNode& set) {
  if (set.conditions.empty() && set.groups.empty()) return Truth::yes;
  Truth result = Truth::no;
  for (const ConditionNode& each : set.conditions) result = either(result, evaluate(each));
  for (const ConditionsNode& each : set.groups) result = either(result, evaluate(each));
  return result;
}

Truth Conditions::any_exists(const ObjectSetNode& set) {
  Truth result = Truth::no;
  ObjectSearch search(setting_.machine, pass_.account, setting_.budget);
  for (const PatternNode& node : set.patterns) {
    for (const Pattern& pattern : patterns_of(node.type, node.text, node.place)) {
      result = either(result, search.find(pattern).exists);
    }
  }
  for (const ContentNode& content : set.contents) {
    for (const ObjectSetNode& inner : content.sets) {
      if (any_exists(inner) != Truth::no) result = either(result, Truth::unknown);
    }
  }
  if (!set.scripts.empty()) result = either(result, Truth::unknown);
  if (result == Truth::unknown)
    gaps_.push_back({set.place, "whether an object of this set exists cannot be found out"});
  return result;
}

Truth Conditions::unknown(const PlacedCall& placed, std::string reason) {
  gaps_.push_back({placed.place, std::move(reason)});
  return Truth::unknown;
}

Truth Conditions::call(const PlacedCall& placed) {
  setting_.budget.spend_step(placed.place);
  const Call& call = placed.call;
  auto is = [&](std::string_view name) { return call.helper->name == name; };
  if (is("DoesObjectExist")) return does_object_exist(placed);
  if (is("DoesOSMatch")) return does_os_match(call);
  if (is("IsOSLaterThan")) return is_os_later(call);
  if (is("IsOSEarlierThan")) return is_os_earlier(call);
  if (is("IsNative64Bit")) return truth(setting_.machine.environment().operating_system().is_64_bit);
  if (is("IsSystemContext")) return truth(pass_.account == nullptr);
  if (is("DoesStringContentEqual")) return does_content(placed, true);
  if (is("DoesStringContentContain")) return does_content(placed, false);
  if (is("IsSameObject")) return is_same_object(placed);
  if (is("IsSameStringContent")) return is_same_string(placed);
  const bool asks_version = is("DoesFileVersionMatch") || is("IsFileVersionAbove") || is("IsFileVersionBelow");
  if (asks_version) return is_file_version(placed);
  return unknown(placed, std::string(call.helper->name) + " is not supported yet");
}

Truth Conditions::does_os_match(const Call& call) {
  const OperatingSystem system = setting_.machine.environment().operating_system();
  return truth(is_os_of_type(system, setting_.machine.flavour(), call.argument(0)) &&
               matches_version(system.version, call.argument(1)));
}

Truth Conditions::is_os_later(const Call& call) {
  const OperatingSystem system = setting_.machine.environment().operating_system();
  return truth(is_os_of_type(system, setting_.machine.flavour(), call.argument(0)) &&
               compare_versions(system.version, call.argument(1)) >= 0);
}

Truth Conditions::is_os_earlier(const Call& call) {
  const OperatingSystem system = setting_.machine.environment().operating_system();
  return truth(is_os_of_type(system, setting_.machine.flavour(), call.argument(0)) &&
               compare_versions(system.version, call.argument(1)) < 0);
}

std::vector<Pattern> Conditions::patterns_of(PatternType type, std::string_view text, Place place) const {
  std::vector<Pattern> patterns;
  Expansion expansion = expander_.expand(text);
  setting_.unknown_variables.note(place, expansion, expander_.scope(), setting_.side == Side::capture);
  if (!expansion.text) return patterns;
  for (const std::string& each : split_patterns(*expansion.text, type, setting_.machine.flavour())) {
    auto pattern = parse_pattern(each, type, setting_.machine.flavour());
    if (pattern) {
      patterns.push_back(std::move(*pattern));
    } else if (pattern.error().kind == PatternProblem::Kind::malformed) {
      setting_.unknown_variables.note_fault(place, pattern.error().message, setting_.side == Side::capture);
    }
  }
  return patterns;
}

Truth Conditions::does_object_exist(const PlacedCall& placed) {
  if (pattern_type_of(placed.call.argument(0)) == PatternType::ini) {
    return truth(content_of("Ini", placed.call.argument(1), placed.place).has_value());
  }
  Truth result = Truth::no;
  ObjectSearch search(setting_.machine, pass_.account, setting_.budget);
  for (const Pattern& pattern :
       patterns_of(pattern_type_of(placed.call.argument(0)), placed.call.argument(1), placed.place)) {
    result = either(result, search.find(pattern).exists);
  }
  return result == Truth::unknown ? unknown(placed, "whether this object exists cannot be found out") : result;
}

/// A file that is not there has no version. Of one that is there it cannot be read yet.
Truth Conditions::is_file_version(const PlacedCall& placed) {
  Truth exists = Truth::no;
  ObjectSearch search(setting_.machine, pass_.account, setting_.budget);
  for (const Pattern& pattern : patterns_of(PatternType::file, placed.call.argument(0), placed.place)) {
    exists = either(exists, search.find(pattern).exists);
  }
  if (exists == Truth::no) return Truth::no;
  return unknown(placed, std::string(placed.call.helper->name) + " is not supported yet");
}

std::optional<std::string> Conditions::content_of(std::string_view type, std::string_view location, Place place) const {
  std::vector<Pattern> patterns = patterns_of(pattern_type_of(type), location, place);
  if (patterns.size() != 1) return std::nullopt;
  return string_content(setting_.machine, pass_.account, patterns.front());
}

Truth Conditions::does_content(const PlacedCall& placed, bool must_be_equal) {
  const Call& call = placed.call;
  if (pattern_type_of(call.argument(0)) == PatternType::file) {
    return unknown(placed, std::string(call.helper->name) + " of a file is not supported yet");
  }
  auto content = content_of(call.argument(0), call.argument(1), placed.place);
  const Expansion wanted = expander_.expand_plain(call.argument(2));
  setting_.unknown_variables.note(placed.place, wanted, expander_.scope(), setting_.side == Side::capture);
  if (!content || !wanted.text) return Truth::no;
  return truth(must_be_equal ? *content == *wanted.text : content->find(*wanted.text) != std::string::npos);
}

Truth Conditions::is_same_object(const PlacedCall& placed) {
  const Call& call = placed.call;
  std::vector<Pattern> first = patterns_of(pattern_type_of(call.argument(0)), call.argument(1), placed.place);
  std::vector<Pattern> second = patterns_of(pattern_type_of(call.argument(0)), call.argument(2), placed.place);
  if (first.size() != 1 || second.size() != 1) return Truth::no;
  ObjectSearch search(setting_.machine, pass_.account, setting_.budget);
  const SearchResult a = search.find(first.front());
  const SearchResult b = search.find(second.front());
  if (a.exists == Truth::no || b.exists == Truth::no) return Truth::no;
  if (both(a.exists, b.exists) == Truth::unknown) {
    return unknown(placed, "whether these are one object cannot be found out");
  }
  auto place_of = [&](const std::string& object) {
    const bool is_file = pattern_type_of(call.argument(0)) == PatternType::file;
    return comparable_name(is_file ? setting_.machine.files().canonical(object) : object, setting_.machine.flavour());
  };
  return truth(place_of(a.object) == place_of(b.object));
}

Truth Conditions::is_same_string(const PlacedCall& placed) {
  const Call& call = placed.call;
  auto first = content_of(call.argument(0), call.argument(1), placed.place);
  auto second = content_of(call.argument(2), call.argument(3), placed.place);
  return truth(first && second && *first == *second);
}

}  // namespace rehome::rules
