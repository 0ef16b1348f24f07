// SPDX-License-Identifier: Apache-2.0
#pragma once
// From the text of a pattern, as a rule file has it, to patterns of the plan: variables replaced, several in one
// element taken apart, and everything said that makes one match nothing.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "flow/rules/internal/compiled_rule.h"
#include "flow/rules/internal/diagnostic_log.h"
#include "flow/rules/internal/evaluation.h"
#include "flow/rules/internal/variables.h"

namespace rehome::rules {

/// The rule that a pattern belongs to: what all its patterns have in common.
struct RuleFrame {
  RuleInfo::Effect effect = RuleInfo::Effect::include;
  CollisionPolicy policy = CollisionPolicy::rename_source;
  InstanceNumber instance = 0;
  std::string component;
  Pass pass;
};

class PatternCollector {
 public:
  PatternCollector(const EvaluationSetting& setting, DiagnosticLog& log) : setting_(setting), log_(log) {}

  /// `node.text` may hold variables; `written` is what the person who wrote the rule sees of it.
  void add(const PatternNode& node, const std::string& written, const RuleFrame& frame, const Expander& expander);

  /// Says once for each file that it has registry patterns, where there is no registry.
  void report_missing_registry();

  std::vector<CompiledRule> take_rules() { return std::move(rules_); }

  static constexpr std::size_t kRuleLimit = 2'000'000;

 private:
  void add_one(const std::string& text, const PatternNode& node, const std::string& written, const RuleFrame& frame);
  void add_rule(Pattern pattern, const std::string& text, const PatternNode& node, const std::string& written,
                const RuleFrame& frame);
  void report_problem(const PatternProblem& problem, const PatternNode& node, const RuleFrame& frame);
  /// Says what an include would take that cannot be captured yet, or that it names in the wrong way.
  void check_include(const Pattern& pattern, const PatternNode& node, const RuleFrame& frame);
  void warn_of_links(const Pattern& pattern, const PatternNode& node);
  bool is_at_stake(const RuleFrame& frame) const;

  const EvaluationSetting& setting_;
  DiagnosticLog& log_;
  std::vector<CompiledRule> rules_;
  std::map<MachinePath, MachinePath> canonical_;
  std::map<std::uint32_t, std::set<Place>> without_registry_;  // by file
};

}  // namespace rehome::rules
