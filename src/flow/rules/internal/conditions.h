// SPDX-License-Identifier: Apache-2.0
#pragma once
// Evaluates conditions and detection on one machine for one pass, in three values: what is not supported yet is
// unknown, and why is kept until asked for.

#include <string_view>

#include "flow/rules/internal/evaluation.h"
#include "flow/rules/internal/object_search.h"
#include "flow/rules/internal/syntax_tree.h"
#include "flow/rules/internal/variables.h"

namespace rehome::rules {

class Conditions {
 public:
  Conditions(const EvaluationSetting& setting, Pass pass, const Scope& scope, const NamedElements& named);

  Truth evaluate(const ConditionNode& node);
  Truth evaluate(const ConditionsNode& node);
  /// Several conditions elements side by side: all must hold.
  Truth all(const std::vector<ConditionsNode>& nodes);
  Truth evaluate(const DetectionNode& node);
  Truth evaluate(const DetectsNode& node);
  /// Whether the set is to be looked at: some condition in it holds, or there is none.
  Truth is_active(const ObjectSetNode& set);
  /// Whether an object is in the set; unknown where a script or content says what is in it.
  Truth any_exists(const ObjectSetNode& set);

  /// What made something unknown since the last call.
  Gaps take_gaps();

 private:
  Truth evaluate(const DetectNode& node);
  Truth call(const PlacedCall& placed);
  Truth does_os_match(const Call& call);
  Truth is_os_later(const Call& call);
  Truth is_os_earlier(const Call& call);
  Truth does_object_exist(const PlacedCall& placed);
  Truth is_file_version(const PlacedCall& placed);
  Truth does_content(const PlacedCall& placed, bool must_be_equal);
  Truth is_same_object(const PlacedCall& placed);
  Truth is_same_string(const PlacedCall& placed);

  Truth unknown(const PlacedCall& placed, std::string reason);
  /// Nothing where a variable has no value or the pattern means nothing here: then nothing is like it either.
  std::vector<Pattern> patterns_of(PatternType type, std::string_view text, Place place) const;
  std::optional<std::string> content_of(std::string_view type, std::string_view location, Place place) const;

  const EvaluationSetting& setting_;
  Pass pass_;
  Expander expander_;
  const NamedElements& named_;
  Gaps gaps_;
};

}  // namespace rehome::rules
