// SPDX-License-Identifier: Apache-2.0
#pragma once
// From one include, exclude, merge or other rule to its patterns: filter, conditions and scripts of its object sets.

#include "flow/rules/internal/conditions.h"
#include "flow/rules/internal/pattern_collector.h"

namespace rehome::rules {

/// Where a rule stands.
struct RuleSpot {
  const NamedElements& named;
  Pass pass;
  const Scope& scope;
  InstanceNumber instance = 0;
  std::string component;
};

class RuleCollector {
 public:
  RuleCollector(const EvaluationSetting& setting, PatternCollector& patterns, DiagnosticLog& log)
      : setting_(setting), patterns_(patterns), log_(log) {}

  void add(const RuleNode& rule, const RuleSpot& spot);
  void add(const ActionNode& action);

  /// Says what is not supported: as an error where data could be missing from a capture because of it.
  void report(const Gaps& gaps, bool decides_about_data);

 private:
  bool applies(const RuleNode& rule);
  bool choose_policy(const RuleNode& rule, RuleFrame& frame);
  void add_set(const ObjectSetNode& set, const RuleFrame& frame, const RuleSpot& spot);
  void add_script(const PlacedCall& script, const RuleFrame& frame, const RuleSpot& spot);
  void add_drives(const PlacedCall& script, const RuleFrame& frame, const Expander& expander);
  void add_users(const PlacedCall& script, const RuleFrame& frame, const RuleSpot& spot);
  void add_content(const ContentNode& content, const RuleFrame& frame, Conditions& conditions);

  const EvaluationSetting& setting_;
  PatternCollector& patterns_;
  DiagnosticLog& log_;
};

}  // namespace rehome::rules
