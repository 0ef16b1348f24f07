// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/evaluator.h"

#include <algorithm>

#include "flow/rules/internal/references.h"

namespace rehome::rules {

namespace {

constexpr std::size_t kSystemPass = 0;

/// Child number `index` in every pass.
template <typename Child, typename Parent>
std::vector<const Child*> children(const std::vector<const Parent*>& parents, std::vector<Child> Parent::* member,
                                   std::size_t index) {
  std::vector<const Child*> result;
  result.reserve(parents.size());
  for (const Parent* parent : parents) result.push_back(&(parent->*member)[index]);
  return result;
}

bool contains_include(const RulesNode& node, const NamedElements& named, Budget& budget) {
  budget.spend_step(node.place);
  const RulesNode& target = resolve(node, named);
  return std::ranges::any_of(target.rules, [](const RuleNode& rule) { return rule.kind == RuleNode::Kind::include; }) ||
         std::ranges::any_of(target.nested,
                             [&](const RulesNode& each) { return contains_include(each, named, budget); });
}

bool contains_include(const RoleNode& node, const NamedElements& named, Budget& budget) {
  if (!node.components.empty() || !node.roles.empty()) return true;
  return std::ranges::any_of(node.rules, [&](const RulesNode& each) { return contains_include(each, named, budget); });
}

RuleNode include_of_extensions(const ComponentNode& node) {
  RuleNode include;
  include.place = node.place;
  for (const PatternNode& extension : node.extensions) {
    Call call{find_helper("GenerateDrivePatterns"), "GenerateDrivePatterns", {extension.text, "Fixed"}};
    ObjectSetNode set;
    set.scripts.push_back({std::move(call), extension.place});
    include.sets.push_back(std::move(set));
  }
  return include;
}

}  // namespace

Evaluator::Evaluator(const EvaluationSetting& setting, DiagnosticLog& log)
    : setting_(setting), log_(log), patterns_(setting, log), collector_(setting, patterns_, log) {
  passes_.push_back({});
  for (const CapturedAccount& captured : setting.accounts) passes_.push_back({&captured.account});
}

void Evaluator::run(const std::vector<MigrationFile>& files) {
  for (const MigrationFile& file : files) {
    Preparation preparation(setting_, file.named);
    for (const ComponentNode& node : file.components) {
      std::vector<PreparedComponent> prepared;
      for (const Pass& pass : passes_) prepared.push_back(preparation.prepare(node, pass));
      InPasses<PreparedComponent> in_passes;
      for (const PreparedComponent& each : prepared) in_passes.push_back(&each);
      for (std::size_t pass = 0; pass < passes_.size(); ++pass) {
        component(node, in_passes, {file.named, pass, Context::both, nullptr, nullptr});
      }
    }
  }
  patterns_.report_missing_registry();
}

void Evaluator::component(const ComponentNode& node, const InPasses<PreparedComponent>& prepared, Spot spot) {
  setting_.budget.spend_step(node.place);
  const Pass& pass = passes_[spot.pass];
  spot.allowed = common(spot.allowed, node.context);
  if (!holds(spot.allowed, pass.context())) return;
  Instance instance;
  instance.number = instances_++;
  instance.name =
      node.display_name.empty() ? "component in line " + std::to_string(node.place.line) : node.display_name;
  const PreparedComponent& own = *prepared[spot.pass];
  spot.scope = own.scope.get();
  spot.instance = &instance;
  const std::size_t listed = components_.size();
  components_.push_back({instance.name, pass.account_name(), node.roles.empty()});
  for (std::size_t i = 0; i < node.roles.size(); ++i) {
    const bool is_there = role(node.roles[i], children(prepared, &PreparedComponent::roles, i), spot);
    if (is_there) components_[listed].detected = true;
  }
  collector_.report(own.environment_gaps, components_[listed].detected);
  if (!node.extensions.empty()) {
    instance.has_include = true;
    collector_.add(include_of_extensions(node), {spot.named, pass, *spot.scope, instance.number, instance.name});
  }
  if (instance.first_exclude && !instance.has_include) {
    log_.warning(*instance.first_exclude,
                 "excludes count within their component only, and this one includes nothing; to exclude from all "
                 "components use <unconditionalExclude>");
  }
}

Answer Evaluator::detected(const InPasses<PreparedRole>& prepared, std::size_t pass) const {
  Answer answer = prepared[pass]->detected;
  auto consider = [&](const Answer& other) {
    if (other.truth > answer.truth) answer = other;
  };
  if (pass != kSystemPass) {
    consider(prepared[kSystemPass]->detected_in_system);
    return answer;
  }
  // What some account uses is there for the system too.
  for (const PreparedRole* each : prepared) consider(each->detected);
  return answer;
}

bool Evaluator::role(const RoleNode& node, const InPasses<PreparedRole>& prepared, Spot spot) {
  const Answer answer = detected(prepared, spot.pass);
  if (answer.truth == Truth::no) return false;
  const PreparedRole& own = *prepared[spot.pass];
  const bool is_about_data = contains_include(node, spot.named, setting_.budget);
  collector_.report(answer.gaps, is_about_data);
  collector_.report(own.environment_gaps, is_about_data);
  spot.scope = own.scope.get();
  for (const RulesNode& each : node.rules) rules(each, spot);
  for (std::size_t i = 0; i < node.roles.size(); ++i) {
    role(node.roles[i], children(prepared, &PreparedRole::roles, i), spot);
  }
  for (std::size_t i = 0; i < node.components.size(); ++i) {
    component(node.components[i], children(prepared, &PreparedRole::components, i), spot);
  }
  return true;
}

void Evaluator::rules(const RulesNode& node, Spot spot) {
  setting_.budget.spend_step(node.place);
  const RulesNode& target = resolve(node, spot.named);
  const Pass& pass = passes_[spot.pass];
  spot.allowed = common(spot.allowed, common(node.context, target.context));
  if (spot.allowed == Context::none) {
    log_.warning(node.place, "these rules never run: their context is outside that of their component");
  }
  if (!holds(spot.allowed, pass.context())) return;
  Conditions conditions(setting_, pass, *spot.scope, spot.named);
  Truth run = conditions.all(target.conditions);
  if (setting_.side == Side::capture && !target.detects.empty()) {
    Truth detected = Truth::no;
    for (const DetectsNode& each : target.detects) detected = either(detected, conditions.evaluate(each));
    run = both(run, detected);
  }
  if (run == Truth::no) return;
  if (run == Truth::unknown)
    collector_.report(conditions.take_gaps(), contains_include(target, spot.named, setting_.budget));
  note_effects(target, *spot.instance);
  for (const RuleNode& rule : target.rules) {
    collector_.add(rule, {spot.named, pass, *spot.scope, spot.instance->number, spot.instance->name});
  }
  for (const ActionNode& action : target.actions) collector_.add(action);
  for (const RulesNode& each : target.nested) rules(each, spot);
}

void Evaluator::note_effects(const RulesNode& node, Instance& instance) {
  for (const RuleNode& rule : node.rules) {
    if (rule.kind == RuleNode::Kind::include) instance.has_include = true;
    if (rule.kind == RuleNode::Kind::exclude && !instance.first_exclude) instance.first_exclude = rule.place;
  }
}

}  // namespace rehome::rules
