// SPDX-License-Identifier: Apache-2.0
// objectSet, pattern, content; environment, variable, text
#include "flow/rules/internal/builders.h"

namespace rehome::rules {

namespace {

std::optional<PatternNode> build_pattern(const XmlElement& element, ElementReader& reader) {
  if (!ElementReader::has(element, "type")) return std::nullopt;
  PatternNode node;
  node.type = pattern_type_of(ElementReader::value(element, "type"));
  node.text = ElementReader::text(element);
  node.place = node.text.empty() ? reader.place(element) : reader.place_in_text(element, 0);
  if (auto problem = check_pattern(node.text, node.type)) {
    const Place place = node.text.empty() ? node.place : reader.place_in_text(element, problem->offset);
    reader.log().error(place, problem->message);
    return std::nullopt;
  }
  return node;
}

std::optional<ContentNode> build_content(const XmlElement& element, ElementReader& reader) {
  auto filter = reader.call_in_attribute(element, "filter", HelperKind::content);
  if (!filter) return std::nullopt;
  ContentNode node{std::move(*filter), {}, reader.place(element)};
  for (const auto& child : element.children) node.sets.push_back(build_object_set(*child, reader));
  return node;
}

void add_to_object_set(ObjectSetNode& node, const XmlElement& child, ElementReader& reader) {
  if (ElementReader::is(child, "pattern")) {
    if (auto pattern = build_pattern(child, reader)) node.patterns.push_back(std::move(*pattern));
  } else if (ElementReader::is(child, "script")) {
    if (auto script = reader.call_in_text(child, HelperKind::patterns)) node.scripts.push_back(std::move(*script));
  } else if (ElementReader::is(child, "content")) {
    if (auto content = build_content(child, reader)) node.contents.push_back(std::move(*content));
  } else if (ElementReader::is(child, "conditions")) {
    node.groups.push_back(build_conditions(child, reader));
  } else if (auto condition = build_condition(child, reader)) {
    node.conditions.push_back(std::move(*condition));
  }
}

std::optional<VariableNode> build_variable(const XmlElement& element, ElementReader& reader) {
  VariableNode node;
  node.place = reader.place(element);
  node.name = ElementReader::value(element, "name");
  node.remaps = ElementReader::is_true(element, "remap");
  if (element.children.size() != 1) {
    reader.log().error(node.place, "a variable takes exactly one of <text>, <script> and <objectSet>");
    if (element.children.empty()) return std::nullopt;
  }
  const XmlElement& child = *element.children.front();
  if (ElementReader::is(child, "text")) {
    node.text = ElementReader::text(child);
  } else if (ElementReader::is(child, "script")) {
    node.script = reader.call_in_text(child, HelperKind::text);
  } else {
    node.sets.push_back(build_object_set(child, reader));
  }
  return node;
}

}  // namespace

ObjectSetNode build_object_set(const XmlElement& element, ElementReader& reader) {
  ObjectSetNode node;
  node.place = reader.place(element);
  for (const auto& child : element.children) add_to_object_set(node, *child, reader);
  const bool has_conditions_only = element.children.size() == node.groups.size() + node.conditions.size();
  if (has_conditions_only) reader.log().warning(node.place, "<objectSet> without a pattern or script has no effect");
  return node;
}

EnvironmentNode build_environment(const XmlElement& element, ElementReader& reader) {
  EnvironmentNode node;
  node.place = reader.place(element);
  node.reference = ElementReader::value(element, "name");
  node.context = ElementReader::context(element);
  for (const auto& child : element.children) {
    if (ElementReader::is(*child, "conditions")) {
      node.conditions.push_back(build_conditions(*child, reader));
    } else if (auto variable = build_variable(*child, reader)) {
      node.variables.push_back(std::move(*variable));
    }
  }
  return node;
}

}  // namespace rehome::rules
