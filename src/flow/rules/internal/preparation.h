// SPDX-License-Identifier: Apache-2.0
#pragma once
// First half of evaluating a component: its variables and whether it is there, in every pass. The second half
// (evaluator.h) needs them for all passes together: what is found for some account counts for the system too.

#include <memory>
#include <vector>

#include "flow/rules/internal/conditions.h"
#include "flow/rules/internal/evaluation.h"
#include "flow/rules/internal/syntax_tree.h"
#include "flow/rules/internal/variables.h"
#include "flow/rules/rules.h"

namespace rehome::rules {

/// What was found out, and why not more.
struct Answer {
  Truth truth = Truth::yes;
  Gaps gaps;
};

struct PreparedComponent;

/// The members lie as their nodes do in the syntax tree.
struct PreparedRole {
  std::unique_ptr<Scope> scope;
  Gaps environment_gaps;
  Answer detected;            // by what applies to this pass
  Answer detected_in_system;  // by what is asked of the system only
  std::vector<PreparedComponent> components;
  std::vector<PreparedRole> roles;
};

struct PreparedComponent {
  std::unique_ptr<Scope> scope;
  Gaps environment_gaps;
  std::vector<PreparedRole> roles;
};

class Preparation {
 public:
  Preparation(const EvaluationSetting& setting, const NamedElements& named) : setting_(setting), named_(named) {}

  PreparedComponent prepare(const ComponentNode& node, Pass pass, const Scope* outer = nullptr);

 private:
  PreparedRole prepare(const RoleNode& node, Pass pass, const Scope* outer);
  void detect(const RoleNode& node, Pass pass, PreparedRole& role);
  bool applies(const EnvironmentNode& environment, Context allowed, const Scope& scope, Pass pass, Gaps& gaps);
  Gaps fill(Scope& scope, const std::vector<EnvironmentNode>& environments, Pass pass);
  void fill_variable(Scope& scope, const VariableNode& variable, Pass pass, Gaps& gaps);

  const EvaluationSetting& setting_;
  const NamedElements& named_;
};

}  // namespace rehome::rules
