// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/compiled_plan.h"
#include "flow/rules/internal/evaluator.h"
#include "flow/rules/internal/unknown_variables.h"
#include "flow/rules/rule_set.h"

namespace rehome::rules {

CompiledRules compile(const RuleSet& rules, Machine& machine, std::span<const CapturedAccount> accounts, Side side) {
  DiagnosticLog log(rules.sources());
  Budget budget(accounts.size() + 1);
  MachineVariables variables(machine);
  UnknownVariables unknown_variables;
  const EvaluationSetting setting{machine, accounts, side, rules.sources(), budget, variables, unknown_variables};
  Evaluator evaluator(setting, log);
  evaluator.run(rules.files());
  unknown_variables.report(log);
  CompiledRules compiled;
  compiled.plan = std::make_unique<CompiledPlan>(evaluator.take_rules(), machine.flavour());
  compiled.diagnostics = log.take();
  compiled.components = evaluator.take_components();
  return compiled;
}

}  // namespace rehome::rules
