// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of the rules that match one object wins: the most specific of each instance; on a tie the exclude. The object
// is in when some instance includes it and no unconditional exclude matches.

#include <cstdint>
#include <span>
#include <vector>

#include "flow/rules/internal/compiled_rule.h"

namespace rehome::rules {

using RuleNumber = std::uint32_t;

/// What is compared of one rule.
struct RankedRule {
  RuleInfo::Effect effect = RuleInfo::Effect::include;
  InstanceNumber instance = 0;
  CollisionPolicy policy = CollisionPolicy::rename_source;
  Specificity specificity;
};

struct Outcome {
  Decision decision;
  CollisionPolicy collision = CollisionPolicy::rename_source;
  bool operator==(const Outcome& other) const {
    return decision.included == other.decision.included && decision.rule == other.decision.rule &&
           collision == other.collision;
  }
};

/// Whether `exclude` beats `include` of the same instance wherever both match.
bool beats(const RankedRule& exclude, const RankedRule& include);

/// Brings the rules that touch one object into the order of precedence: unconditional excludes, then instance by
/// instance the includes and excludes, most specific first, then the instance's merge rules.
void sort_by_precedence(std::vector<RuleNumber>& touching, std::span<const RankedRule> rules);

/// `sorted` as sort_by_precedence() leaves it.
Outcome decide(std::span<const RuleNumber> sorted, std::span<const RankedRule> rules);

/// Those of `sorted` that decide something: the unconditional exclude, or else the winner of each instance, and the
/// winning merge rule of each instance that includes.
std::vector<RuleNumber> winners(std::span<const RuleNumber> sorted, std::span<const RankedRule> rules);

}  // namespace rehome::rules
