// SPDX-License-Identifier: Apache-2.0
#pragma once
// The value of one variable of a rule file in one pass. In: how the file makes it, and the variables before it. Out:
// the value, in the form of patterns, or none: that is no mistake where a script or an object set finds nothing, and
// one where the file contradicts itself. Called while a component is prepared.

#include <optional>
#include <string>

#include "flow/rules/internal/conditions.h"
#include "flow/rules/internal/evaluation.h"
#include "flow/rules/internal/syntax_tree.h"
#include "flow/rules/internal/variables.h"

namespace rehome::rules {

struct VariableValue {
  std::optional<std::string> text;
  std::optional<Place> fault;  // where there is no value by mistake
};

class VariableMaker {
 public:
  VariableMaker(const EvaluationSetting& setting, const NamedElements& named, Pass pass, const Scope& scope)
      : setting_(setting), named_(named), pass_(pass), expander_(setting, pass.account, scope) {}

  /// Adds to `gaps` what would have to be known and is not.
  VariableValue make(const VariableNode& variable, Gaps& gaps);

 private:
  VariableValue first_object(const ObjectSetNode& set);
  VariableValue string_content_of(const PlacedCall& script);
  /// The patterns in `text`; sets `fault` where there is something wrong with it.
  std::vector<Pattern> patterns_of(const PatternNode& node, std::optional<Place>& fault);

  const EvaluationSetting& setting_;
  const NamedElements& named_;
  Pass pass_;
  Expander expander_;
};

}  // namespace rehome::rules
