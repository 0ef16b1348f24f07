// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/compiled_plan.h"

#include <algorithm>
#include <set>

#include "base/core/check.h"
#include "flow/rules/internal/name_case.h"

namespace rehome::rules {

namespace {

std::vector<MachinePath> folders_named_by(const std::vector<CompiledRule>& rules, MachineFlavour flavour) {
  std::set<MachinePath> folders;
  for (const CompiledRule& rule : rules) {
    if (rule.info.effect != RuleInfo::Effect::include || rule.pattern.type != PatternType::file) continue;
    // On Windows there is no folder above the drives.
    if (flavour == MachineFlavour::windows && rule.pattern.fixed_components() == 0) continue;
    folders.insert(rule.pattern.fixed_path(flavour));
  }
  return {folders.begin(), folders.end()};
}

Glob comparable(const Glob& glob, MachineFlavour flavour) {
  std::vector<std::string> pieces;
  for (const std::string& piece : glob.pieces()) pieces.push_back(comparable_name(piece, flavour));
  return Glob(std::move(pieces));
}

std::vector<CompiledRule> comparable(std::vector<CompiledRule> rules, MachineFlavour flavour) {
  if (flavour == MachineFlavour::linux) return rules;
  for (CompiledRule& rule : rules) {
    for (Glob& name : rule.pattern.node) name = comparable(name, flavour);
    if (rule.pattern.leaf) rule.pattern.leaf = comparable(*rule.pattern.leaf, flavour);
  }
  return rules;
}

std::vector<std::string_view> components_of(std::string_view path, MachineFlavour flavour) {
  const std::string_view separators = flavour == MachineFlavour::windows ? "/\\" : "/";
  std::vector<std::string_view> components;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find_first_of(separators), path.size());
    if (end > 0) components.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return components;
}

}  // namespace

CompiledPlan::CompiledPlan(std::vector<CompiledRule> rules, MachineFlavour flavour)
    : flavour_(flavour),
      named_folders_(folders_named_by(rules, flavour)),
      rules_(comparable(std::move(rules), flavour)),
      automaton_(rules_) {}

PlanState CompiledPlan::enter(PlanState folder, std::string_view name) const {
  if (flavour_ == MachineFlavour::linux) return automaton_.enter(folder, name);
  return automaton_.enter(folder, comparable_name(name, flavour_));
}

Outcome CompiledPlan::leaf_outcome(PlanState folder, std::string_view name) const {
  const PlanFolder& at = automaton_.at(folder);
  if (flavour_ == MachineFlavour::linux) return at.leaf_outcome(name, automaton_.tables());
  return at.leaf_outcome(comparable_name(name, flavour_), automaton_.tables());
}

Decision CompiledPlan::decide_leaf(PlanState folder, std::string_view name) const {
  return leaf_outcome(folder, name).decision;
}

CollisionPolicy CompiledPlan::collision(PlanState folder, std::string_view leaf_name) const {
  return leaf_outcome(folder, leaf_name).collision;
}

const RuleInfo& CompiledPlan::rule(std::uint32_t number) const {
  check(number < rules_.size(), "a rule number comes from this plan");
  return rules_[number].info;
}

Explanation CompiledPlan::explain(std::string_view path, bool is_folder) const {
  std::vector<std::string_view> components = components_of(path, flavour_);
  std::string leaf;
  if (!is_folder && !components.empty()) {
    leaf = comparable_name(components.back(), flavour_);
    components.pop_back();
  }
  PlanState state = start();
  for (const std::string_view component : components) state = enter(state, component);
  const PlanFolder& at = automaton_.at(state);
  const RuleTables tables = automaton_.tables();
  std::vector<RuleNumber> touching = is_folder ? at.rules_of_folder(tables) : at.rules_of_leaf(leaf, tables);
  std::vector<RuleNumber> deciding = winners(touching, tables.ranks);
  Explanation explanation;
  explanation.decision = decide(touching, tables.ranks).decision;
  for (const RuleNumber number : touching) {
    explanation.lines.push_back({number, std::ranges::find(deciding, number) != deciding.end()});
  }
  return explanation;
}

}  // namespace rehome::rules
