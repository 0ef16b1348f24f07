// SPDX-License-Identifier: Apache-2.0
#pragma once
// Second half of evaluating: walks all components in all passes, those that are there, and collects their rules. What
// is not supported yet is said with its place.

#include <optional>
#include <string>
#include <vector>

#include "flow/rules/internal/preparation.h"
#include "flow/rules/internal/rule_collector.h"

namespace rehome::rules {

class Evaluator {
 public:
  Evaluator(const EvaluationSetting& setting, DiagnosticLog& log);

  /// Throws Error(limit_exceeded).
  void run(const std::vector<MigrationFile>& files);

  std::vector<CompiledRule> take_rules() { return patterns_.take_rules(); }
  std::vector<CompiledRules::Component> take_components() { return std::move(components_); }

 private:
  /// A component in one pass.
  struct Instance {
    InstanceNumber number = 0;
    std::string name;
    bool has_include = false;
    std::optional<Place> first_exclude;
  };
  struct Spot {
    const NamedElements& named;
    std::size_t pass = 0;  // number in passes_
    Context allowed = Context::both;
    const Scope* scope = nullptr;
    Instance* instance = nullptr;
  };
  /// The same part of the tree, prepared for each of passes_.
  template <typename Prepared>
  using InPasses = std::vector<const Prepared*>;

  void component(const ComponentNode& node, const InPasses<PreparedComponent>& prepared, Spot spot);
  /// Whether it was detected.
  bool role(const RoleNode& node, const InPasses<PreparedRole>& prepared, Spot spot);
  Answer detected(const InPasses<PreparedRole>& prepared, std::size_t pass) const;
  void rules(const RulesNode& node, Spot spot);
  void note_effects(const RulesNode& node, Instance& instance);

  const EvaluationSetting& setting_;
  DiagnosticLog& log_;
  PatternCollector patterns_;
  RuleCollector collector_;
  std::vector<Pass> passes_;  // the system first
  std::vector<CompiledRules::Component> components_;
  InstanceNumber instances_ = 0;
};

}  // namespace rehome::rules
