// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/preparation.h"

#include <iterator>
#include <utility>

#include "flow/rules/internal/references.h"
#include "flow/rules/internal/variable_maker.h"

namespace rehome::rules {

namespace {

void append(Gaps& to, Gaps from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// Several detections are alternatives.
class Alternatives {
 public:
  void add(Truth truth, Gaps gaps) {
    answer_.truth = either(answer_.truth, truth);
    append(answer_.gaps, std::move(gaps));
  }
  /// Gaps only matter where the answer depends on them.
  Answer take() {
    if (answer_.truth != Truth::unknown) answer_.gaps.clear();
    return std::move(answer_);
  }

 private:
  Answer answer_{Truth::no, {}};
};

}  // namespace

PreparedComponent Preparation::prepare(const ComponentNode& node, Pass pass, const Scope* outer) {
  setting_.budget.spend_step(node.place);
  PreparedComponent component;
  component.scope = std::make_unique<Scope>(outer);
  component.environment_gaps = fill(*component.scope, node.environments, pass);
  for (const RoleNode& role : node.roles) component.roles.push_back(prepare(role, pass, component.scope.get()));
  return component;
}

PreparedRole Preparation::prepare(const RoleNode& node, Pass pass, const Scope* outer) {
  PreparedRole role;
  role.scope = std::make_unique<Scope>(outer);
  role.environment_gaps = fill(*role.scope, node.environments, pass);
  detect(node, pass, role);
  for (const ComponentNode& each : node.components) role.components.push_back(prepare(each, pass, role.scope.get()));
  for (const RoleNode& each : node.roles) role.roles.push_back(prepare(each, pass, role.scope.get()));
  return role;
}

void Preparation::detect(const RoleNode& node, Pass pass, PreparedRole& role) {
  // When a store is applied every component counts as detected.
  const bool asks_nothing = node.detections.empty() && node.detects.empty();
  if (asks_nothing || setting_.side == Side::restore) return;
  Conditions conditions(setting_, pass, *role.scope, named_);
  Alternatives here;
  Alternatives in_system;
  auto ask = [&](const auto& detection) {
    const Context context = resolve(detection, named_).context;
    if (!holds(context, pass.context()) || !holds(detection.context, pass.context())) return;
    const Truth truth = conditions.evaluate(detection);
    Gaps gaps = conditions.take_gaps();
    const bool of_system_only = context == Context::system || detection.context == Context::system;
    if (of_system_only) in_system.add(truth, gaps);
    here.add(truth, std::move(gaps));
  };
  for (const DetectionNode& each : node.detections) ask(each);
  for (const DetectsNode& each : node.detects) ask(each);
  role.detected = here.take();
  role.detected_in_system = in_system.take();
}

bool Preparation::applies(const EnvironmentNode& environment, Context allowed, const Scope& scope, Pass pass,
                          Gaps& gaps) {
  if (!holds(allowed, pass.context()) || !holds(environment.context, pass.context())) return false;
  Conditions conditions(setting_, pass, scope, named_);
  if (conditions.all(environment.conditions) == Truth::no) return false;
  append(gaps, conditions.take_gaps());
  return true;
}

Gaps Preparation::fill(Scope& scope, const std::vector<EnvironmentNode>& environments, Pass pass) {
  for (const EnvironmentNode& node : environments) {
    for (const VariableNode& variable : resolve(node, named_).variables) scope.announce(variable.name);
  }
  Gaps gaps;
  for (const EnvironmentNode& node : environments) {
    const EnvironmentNode& target = resolve(node, named_);
    if (!applies(target, node.context, scope, pass, gaps)) {
      for (const VariableNode& variable : target.variables) scope.leave_empty(variable.name);
      continue;
    }
    for (const VariableNode& variable : target.variables) fill_variable(scope, variable, pass, gaps);
  }
  return gaps;
}

void Preparation::fill_variable(Scope& scope, const VariableNode& variable, Pass pass, Gaps& gaps) {
  setting_.budget.spend_step(variable.place);
  VariableMaker maker(setting_, named_, pass, scope);
  VariableValue value = maker.make(variable, gaps);
  if (value.text) {
    scope.define(variable.name, std::move(*value.text));
  } else {
    scope.leave_empty(variable.name, value.fault);
  }
}

}  // namespace rehome::rules
