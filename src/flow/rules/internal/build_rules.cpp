// SPDX-License-Identifier: Apache-2.0
// rules and everything directly in them
#include <array>
#include <utility>

#include "base/core/words.h"
#include "flow/rules/internal/builders.h"

namespace rehome::rules {

namespace {

struct RuleRow {
  std::string_view element;
  RuleNode::Kind kind;
  std::string_view attribute;  // that holds the call; empty: none
  HelperKind helper;
};

constexpr std::array<RuleRow, 9> kRules = {{
    {"include", RuleNode::Kind::include, "filter", HelperKind::filter},
    {"exclude", RuleNode::Kind::exclude, "filter", HelperKind::filter},
    {"unconditionalExclude", RuleNode::Kind::unconditional_exclude, "", HelperKind::filter},
    {"merge", RuleNode::Kind::merge, "script", HelperKind::merge},
    {"contentModify", RuleNode::Kind::content_modify, "script", HelperKind::modify},
    {"locationModify", RuleNode::Kind::location_modify, "script", HelperKind::move},
    {"destinationCleanup", RuleNode::Kind::destination_cleanup, "filter", HelperKind::filter},
    {"includeAttributes", RuleNode::Kind::include_attributes, "", HelperKind::filter},
    {"excludeAttributes", RuleNode::Kind::exclude_attributes, "", HelperKind::filter},
}};

const RuleRow* find_rule(const XmlElement& element) {
  for (const RuleRow& row : kRules) {
    if (ElementReader::is(element, row.element)) return &row;
  }
  return nullptr;
}

std::optional<RuleNode> build_rule(const XmlElement& element, const RuleRow& row, ElementReader& reader) {
  RuleNode node;
  node.kind = row.kind;
  node.place = reader.place(element);
  if (!row.attribute.empty()) {
    node.script = reader.call_in_attribute(element, row.attribute, row.helper);
    // A call that was reported as wrong: without it the rule would say something else.
    if (!node.script && ElementReader::has(element, row.attribute)) return std::nullopt;
  }
  for (const auto& child : element.children) node.sets.push_back(build_object_set(*child, reader));
  if (node.sets.empty()) {
    reader.log().warning(node.place, "<" + element.name + "> without <objectSet> has no effect");
  }
  return node;
}

bool adds_files(const XmlElement& element) {
  for (const auto& object : element.children) {
    for (const auto& part : object->children) {
      if (ElementReader::is(*part, "location") && same_word(ElementReader::value(*part, "type"), "File")) return true;
    }
  }
  return false;
}

/// Their calls and conditions are read so that mistakes in them are found now.
void check_content_of_action(const XmlElement& element, ElementReader& reader) {
  for (const auto& child : element.children) {
    if (ElementReader::is(*child, "script")) {
      const bool acts = ElementReader::is(element, "processing");
      reader.call_in_text(*child, acts ? HelperKind::action : HelperKind::patterns);
    } else if (ElementReader::is(*child, "conditions")) {
      build_conditions(*child, reader);
    } else if (ElementReader::is(*child, "condition")) {
      build_condition(*child, reader);
    }
  }
}

std::optional<ActionNode> build_action(const XmlElement& element, ElementReader& reader) {
  ActionNode node;
  node.place = reader.place(element);
  if (ElementReader::is(element, "addObjects")) {
    node.kind = ActionNode::Kind::add_objects;
    node.adds_files = adds_files(element);
  } else if (ElementReader::is(element, "externalProcess")) {
    node.kind = ActionNode::Kind::external_process;
  } else if (ElementReader::is(element, "processing")) {
    node.kind = ActionNode::Kind::processing;
  } else {
    return std::nullopt;
  }
  check_content_of_action(element, reader);
  return node;
}

}  // namespace

RulesNode build_rules(const XmlElement& element, ElementReader& reader) {
  RulesNode node;
  node.place = reader.place(element);
  node.reference = ElementReader::value(element, "name");
  node.context = ElementReader::context(element);
  for (const auto& child : element.children) {
    if (const RuleRow* row = find_rule(*child)) {
      if (auto rule = build_rule(*child, *row, reader)) node.rules.push_back(std::move(*rule));
    } else if (auto action = build_action(*child, reader)) {
      node.actions.push_back(*action);
    } else if (ElementReader::is(*child, "rules")) {
      node.nested.push_back(build_rules(*child, reader));
    } else if (ElementReader::is(*child, "conditions")) {
      node.conditions.push_back(build_conditions(*child, reader));
    } else if (ElementReader::is(*child, "detects")) {
      node.detects.push_back(build_detects(*child, reader));
    }
  }
  return node;
}

}  // namespace rehome::rules
