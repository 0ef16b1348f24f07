// SPDX-License-Identifier: Apache-2.0
// conditions, condition, detection, detects, detect
#include "base/core/words.h"
#include "flow/rules/internal/builders.h"
#include "flow/rules/internal/glob.h"

namespace rehome::rules {

namespace {

/// Two version patterns that no version is like at the same time: told by what stands before their first '*'.
bool exclude_each_other(std::string_view a, std::string_view b) {
  const Glob first = Glob::parse(lower_word(a));
  const Glob second = Glob::parse(lower_word(b));
  if (first.is_literal() && second.is_literal()) return first != second;
  if (first.is_literal()) return !second.matches(first.text());
  if (second.is_literal()) return !first.matches(second.text());
  const std::string& head = first.pieces().front();
  const std::string& other = second.pieces().front();
  return !head.starts_with(other) && !other.starts_with(head);
}

/// Both ask for the version of the same thing, and no version is both.
bool contradict(const ConditionNode& a, const ConditionNode& b) {
  const Call& first = a.function.call;
  const Call& second = b.function.call;
  const bool asks_version = same_word(first.name, "DoesFileVersionMatch") || same_word(first.name, "DoesOSMatch");
  if (!asks_version || !same_word(first.name, second.name) || a.negated || b.negated) return false;
  const std::size_t last = first.helper->most_arguments - std::size_t{1};
  for (std::size_t i = 0; i < last; ++i) {
    if (!same_word(first.argument(i), second.argument(i))) return false;
  }
  return exclude_each_other(first.argument(last), second.argument(last));
}

/// The documentation says once that conditions are joined by AND and once by OR; AND is what the tools do, and some
/// files were written for the other reading.
void warn_of_contradiction(const ConditionsNode& node, ElementReader& reader) {
  if (node.any_suffices) return;
  for (std::size_t i = 0; i < node.conditions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!contradict(node.conditions[j], node.conditions[i])) continue;
      reader.log().warning(node.conditions[i].function.place,
                           "this is never true together with the condition in line " +
                               std::to_string(node.conditions[j].function.place.line) +
                               "; conditions are joined by AND unless operation=\"OR\" is given");
      return;
    }
  }
}

}  // namespace

std::optional<ConditionNode> build_condition(const XmlElement& element, ElementReader& reader) {
  auto call = reader.call_in_text(element, HelperKind::condition);
  if (!call) return std::nullopt;
  return ConditionNode{std::move(*call), ElementReader::is_true(element, "negation")};
}

ConditionsNode build_conditions(const XmlElement& element, ElementReader& reader) {
  ConditionsNode node;
  node.place = reader.place(element);
  node.any_suffices = same_word(ElementReader::value(element, "operation"), "OR");
  node.reference = ElementReader::value(element, "name");
  for (const auto& child : element.children) {
    if (ElementReader::is(*child, "conditions")) {
      node.groups.push_back(build_conditions(*child, reader));
    } else if (auto condition = build_condition(*child, reader)) {
      node.conditions.push_back(std::move(*condition));
    }
  }
  warn_of_contradiction(node, reader);
  return node;
}

DetectionNode build_detection(const XmlElement& element, ElementReader& reader) {
  DetectionNode node;
  node.place = reader.place(element);
  node.reference = ElementReader::value(element, "name");
  node.context = ElementReader::context(element);
  for (const auto& child : element.children) node.conditions.push_back(build_conditions(*child, reader));
  return node;
}

DetectNode build_detect(const XmlElement& element, ElementReader& reader) {
  DetectNode node;
  node.place = reader.place(element);
  node.reference = ElementReader::value(element, "name");
  for (const auto& child : element.children) {
    if (ElementReader::is(*child, "objectSet")) {
      node.sets.push_back(build_object_set(*child, reader));
    } else if (auto condition = build_condition(*child, reader)) {
      node.conditions.push_back(std::move(*condition));
    }
  }
  return node;
}

DetectsNode build_detects(const XmlElement& element, ElementReader& reader) {
  DetectsNode node;
  node.place = reader.place(element);
  node.reference = ElementReader::value(element, "name");
  node.context = ElementReader::context(element);
  for (const auto& child : element.children) node.detects.push_back(build_detect(*child, reader));
  return node;
}

}  // namespace rehome::rules
