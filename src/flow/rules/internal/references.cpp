// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/references.h"

#include <set>
#include <vector>

#include "base/core/suggestion.h"
#include "base/core/words.h"

namespace rehome::rules {

namespace {

template <typename Node>
const Node* find(const WordMap<Node>& map, const Node& node) {
  if (node.reference.empty()) return nullptr;
  auto found = map.find(node.reference);
  return found == map.end() ? nullptr : &found->second;
}

template <typename Node>
const Node& find_or_self(const WordMap<Node>& map, const Node& node) {
  const Node* found = find(map, node);
  return found == nullptr ? node : *found;
}

bool is_empty(const EnvironmentNode& node) { return node.variables.empty() && node.conditions.empty(); }
bool is_empty(const RulesNode& node) { return node.rules.empty() && node.nested.empty() && node.actions.empty(); }
bool is_empty(const ConditionsNode& node) { return node.groups.empty() && node.conditions.empty(); }
bool is_empty(const DetectionNode& node) { return node.conditions.empty(); }
bool is_empty(const DetectsNode& node) { return node.detects.empty(); }
bool is_empty(const DetectNode& node) { return node.conditions.empty() && node.sets.empty(); }

/// Walks everything that may hold references.
class ReferenceCheck {
 public:
  ReferenceCheck(const NamedElements& named, DiagnosticLog& log) : named_(named), log_(log) {}

  void walk(const ComponentNode& component) {
    for (const EnvironmentNode& each : component.environments) walk(each);
    for (const RoleNode& each : component.roles) walk(each);
  }
  void walk(const RoleNode& role) {
    for (const EnvironmentNode& each : role.environments) walk(each);
    for (const DetectionNode& each : role.detections) walk(each);
    for (const DetectsNode& each : role.detects) walk(each);
    for (const RulesNode& each : role.rules) walk(each);
    for (const ComponentNode& each : role.components) walk(each);
    for (const RoleNode& each : role.roles) walk(each);
  }
  void walk(const EnvironmentNode& node) {
    check(named_.environments, node, "environment");
    for (const ConditionsNode& each : node.conditions) walk(each);
    for (const VariableNode& variable : node.variables) walk_sets(variable.sets);
  }
  void walk(const RulesNode& node) {
    check(named_.rules, node, "rules");
    for (const ConditionsNode& each : node.conditions) walk(each);
    for (const DetectsNode& each : node.detects) walk(each);
    for (const RuleNode& rule : node.rules) walk_sets(rule.sets);
    for (const RulesNode& each : node.nested) walk(each);
  }
  void walk(const ConditionsNode& node) {
    check(named_.conditions, node, "conditions");
    for (const ConditionsNode& each : node.groups) walk(each);
  }
  void walk(const DetectionNode& node) {
    check(named_.detections, node, "detection");
    for (const ConditionsNode& each : node.conditions) walk(each);
  }
  void walk(const DetectsNode& node) {
    check(named_.detects, node, "detects");
    for (const DetectNode& each : node.detects) walk(each);
  }
  void walk(const DetectNode& node) {
    check(named_.single_detects, node, "detect");
    walk_sets(node.sets);
  }

 private:
  void walk_sets(const std::vector<ObjectSetNode>& sets) {
    for (const ObjectSetNode& set : sets) {
      for (const ConditionsNode& each : set.groups) walk(each);
      for (const ContentNode& each : set.contents) walk_sets(each.sets);
    }
  }

  template <typename Node>
  void check(const WordMap<Node>& map, const Node& node, std::string_view element) {
    if (node.reference.empty()) return;
    if (find(map, node) != nullptr) {
      if (is_empty(node)) return;
      log_.warning(node.place, "this refers to the named <" + std::string(element) + "> \"" + node.reference +
                                   "\"; what stands in it here is ignored");
      return;
    }
    if (!is_empty(node)) return;
    std::vector<std::string_view> names;
    for (const auto& [name, definition] : map) names.push_back(name);
    log_.error(node.place, "there is no <" + std::string(element) + "> named \"" + node.reference +
                               "\" in <namedElements>" + did_you_mean(node.reference, names));
  }

  const NamedElements& named_;
  DiagnosticLog& log_;
};

/// Cuts references of one kind of named element that lead back to where they came from. `inner` are the nodes of the
/// same kind inside one.
template <typename Node>
class CycleCheck {
 public:
  using Inner = std::vector<Node> Node::*;
  CycleCheck(WordMap<Node>& map, Inner inner, DiagnosticLog& log) : map_(map), inner_(inner), log_(log) {}

  void run() {
    for (auto& [name, node] : map_) enter(name, node);
  }

 private:
  void enter(const std::string& name, Node& node) {
    if (done_.contains(name)) return;
    active_.insert(name);
    descend(node);
    active_.erase(name);
    done_.insert(name);
  }

  void descend(Node& node) {
    std::erase_if(node.*inner_, [&](Node& child) {
      auto target = map_.find(child.reference);
      if (child.reference.empty() || target == map_.end()) {
        descend(child);
        return false;
      }
      if (active_.contains(target->first)) {
        log_.error(child.place, "\"" + child.reference + "\" refers to itself");
        return true;
      }
      enter(target->first, target->second);
      return false;
    });
  }

  WordMap<Node>& map_;
  Inner inner_;
  DiagnosticLog& log_;
  std::set<std::string> active_;
  std::set<std::string> done_;
};

void lend(const NamedElements& from, NamedElements& to) {
  to.environments.insert(from.environments.begin(), from.environments.end());
  to.rules.insert(from.rules.begin(), from.rules.end());
  to.conditions.insert(from.conditions.begin(), from.conditions.end());
  to.detections.insert(from.detections.begin(), from.detections.end());
  to.detects.insert(from.detects.begin(), from.detects.end());
  to.single_detects.insert(from.single_detects.begin(), from.single_detects.end());
}

}  // namespace

void share_named_elements(std::vector<MigrationFile>& files) {
  if (files.size() < 2) return;
  std::vector<NamedElements> own;
  for (const MigrationFile& file : files) own.push_back(file.named);
  for (MigrationFile& file : files) {
    for (const NamedElements& other : own) lend(other, file.named);
  }
}

void check_references(MigrationFile& file, DiagnosticLog& log) {
  CycleCheck<RulesNode>(file.named.rules, &RulesNode::nested, log).run();
  CycleCheck<ConditionsNode>(file.named.conditions, &ConditionsNode::groups, log).run();
  ReferenceCheck check(file.named, log);
  for (const ComponentNode& each : file.components) check.walk(each);
  for (const auto& [name, node] : file.named.environments) check.walk(node);
  for (const auto& [name, node] : file.named.rules) check.walk(node);
  for (const auto& [name, node] : file.named.conditions) check.walk(node);
  for (const auto& [name, node] : file.named.detections) check.walk(node);
  for (const auto& [name, node] : file.named.detects) check.walk(node);
  for (const auto& [name, node] : file.named.single_detects) check.walk(node);
}

const EnvironmentNode& resolve(const EnvironmentNode& node, const NamedElements& named) {
  return find_or_self(named.environments, node);
}
const RulesNode& resolve(const RulesNode& node, const NamedElements& named) { return find_or_self(named.rules, node); }
const ConditionsNode& resolve(const ConditionsNode& node, const NamedElements& named) {
  return find_or_self(named.conditions, node);
}
const DetectionNode& resolve(const DetectionNode& node, const NamedElements& named) {
  return find_or_self(named.detections, node);
}
const DetectsNode& resolve(const DetectsNode& node, const NamedElements& named) {
  return find_or_self(named.detects, node);
}
const DetectNode& resolve(const DetectNode& node, const NamedElements& named) {
  return find_or_self(named.single_detects, node);
}

}  // namespace rehome::rules
