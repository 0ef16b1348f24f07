// SPDX-License-Identifier: Apache-2.0
#pragma once
// The Plan that scan and load ask: the automaton, behind names as the machine writes them.

#include <string>
#include <string_view>
#include <vector>

#include "base/machine/machine.h"
#include "flow/rules/internal/automaton.h"
#include "flow/rules/internal/compiled_rule.h"
#include "model/plan.h"

namespace rehome::rules {

class CompiledPlan final : public Plan {
 public:
  CompiledPlan(std::vector<CompiledRule> rules, MachineFlavour flavour);

  PlanState start() const override { return automaton_.start(); }
  PlanState enter(PlanState folder, std::string_view name) const override;
  bool reaches_inside(PlanState folder) const override { return automaton_.at(folder).reaches_inside(); }
  Decision decide_folder(PlanState folder) const override { return automaton_.at(folder).folder_outcome().decision; }
  Decision decide_leaf(PlanState folder, std::string_view name) const override;
  CollisionPolicy collision(PlanState folder, std::string_view leaf_name) const override;
  const RuleInfo& rule(std::uint32_t number) const override;
  Explanation explain(std::string_view path, bool is_folder) const override;
  std::vector<MachinePath> named_folders() const override { return named_folders_; }

  /// For tests: how many kinds of folders were told apart so far.
  std::size_t states() const { return automaton_.states(); }

 private:
  Outcome leaf_outcome(PlanState folder, std::string_view name) const;

  MachineFlavour flavour_;
  std::vector<MachinePath> named_folders_;
  std::vector<CompiledRule> rules_;
  Automaton automaton_;
};

}  // namespace rehome::rules
