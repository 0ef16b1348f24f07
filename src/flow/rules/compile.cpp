// SPDX-License-Identifier: Apache-2.0
#include "base/core/error.h"
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
  CompiledRules compiled;
  try {
    evaluator.run(rules.files());
    compiled.plan = std::make_unique<CompiledPlan>(evaluator.take_rules(), machine.flavour());
  } catch (const Error& error) {
    // The files ask for more than is ever meant: a mistake in them, and nothing of them may count.
    if (error.code() != ErrorCode::limit_exceeded) throw;
    log.error(budget.place(), error.what());
    compiled.plan = std::make_unique<CompiledPlan>(std::vector<CompiledRule>(), machine.flavour());
  }
  unknown_variables.report(log);
  compiled.diagnostics = log.take();
  compiled.components = evaluator.take_components();
  return compiled;
}

}  // namespace rehome::rules
