// SPDX-License-Identifier: Apache-2.0
#pragma once
// One pattern of one rule, expanded for one account: what the evaluator hands to the automaton.

#include <cstdint>
#include <string>
#include <vector>

#include "flow/rules/internal/pattern.h"
#include "flow/rules/internal/specificity.h"
#include "model/plan.h"

namespace rehome::rules {

/// A component for the system or for one account. Rules of different instances never influence each other, but for
/// unconditional excludes.
using InstanceNumber = std::uint32_t;

struct CompiledRule {
  RuleInfo info;
  InstanceNumber instance = 0;
  CollisionPolicy policy = CollisionPolicy::rename_source;  // of merge rules
  Pattern pattern;
};

}  // namespace rehome::rules
