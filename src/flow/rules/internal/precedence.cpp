// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/precedence.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace rehome::rules {

namespace {

using Effect = RuleInfo::Effect;

/// Unconditional excludes, then instance by instance the rest, its merge rules last.
auto group_of(const RankedRule& rule) {
  const bool conditional = rule.effect != Effect::unconditional_exclude;
  return std::tuple(conditional, conditional ? rule.instance : 0, rule.effect == Effect::merge);
}

bool precedes(RuleNumber a, RuleNumber b, std::span<const RankedRule> rules) {
  const RankedRule& left = rules[a];
  const RankedRule& right = rules[b];
  if (group_of(left) != group_of(right)) return group_of(left) < group_of(right);
  if (left.specificity != right.specificity) return left.specificity > right.specificity;
  return std::tuple(left.effect == Effect::include, a) < std::tuple(right.effect == Effect::include, b);
}

/// What one instance says about the object.
struct Verdict {
  RuleNumber winner = kNoRule;
  RuleNumber merge = kNoRule;
  /// Two merge rules, equally specific, that do not agree: the default, which loses nothing, stays.
  bool merges_disagree = false;
};

std::vector<Verdict> verdicts(std::span<const RuleNumber> sorted, std::span<const RankedRule> rules) {
  std::vector<Verdict> all;
  std::optional<InstanceNumber> current;
  for (const RuleNumber number : sorted) {
    const RankedRule& rule = rules[number];
    if (rule.effect == Effect::unconditional_exclude) continue;
    if (current != rule.instance) all.emplace_back();
    current = rule.instance;
    Verdict& verdict = all.back();
    if (rule.effect != Effect::merge) {
      if (verdict.winner == kNoRule) verdict.winner = number;
    } else if (verdict.merge == kNoRule) {
      verdict.merge = number;
    } else if (rules[verdict.merge].specificity == rule.specificity && rules[verdict.merge].policy != rule.policy) {
      verdict.merges_disagree = true;
    }
  }
  return all;
}

bool includes(const Verdict& verdict, std::span<const RankedRule> rules) {
  return verdict.winner != kNoRule && rules[verdict.winner].effect == Effect::include;
}

CollisionPolicy collision_of(std::span<const Verdict> all, std::span<const RankedRule> rules) {
  const RankedRule* best = nullptr;
  CollisionPolicy policy = CollisionPolicy::rename_source;
  for (const Verdict& verdict : all) {
    if (!includes(verdict, rules) || verdict.merge == kNoRule) continue;
    const RankedRule& rule = rules[verdict.merge];
    const CollisionPolicy own = verdict.merges_disagree ? CollisionPolicy::rename_source : rule.policy;
    if (best == nullptr || rule.specificity > best->specificity) {
      best = &rule;
      policy = own;
    } else if (rule.specificity == best->specificity && own != policy) {
      policy = CollisionPolicy::rename_source;
    }
  }
  return policy;
}

}  // namespace

bool beats(const RankedRule& exclude, const RankedRule& include) {
  if (exclude.effect == Effect::unconditional_exclude) return true;
  return exclude.effect == Effect::exclude && exclude.instance == include.instance &&
         exclude.specificity >= include.specificity;
}

void sort_by_precedence(std::vector<RuleNumber>& touching, std::span<const RankedRule> rules) {
  std::ranges::sort(touching, [&](RuleNumber a, RuleNumber b) { return precedes(a, b, rules); });
}

Outcome decide(std::span<const RuleNumber> sorted, std::span<const RankedRule> rules) {
  if (sorted.empty()) return {};
  if (rules[sorted.front()].effect == Effect::unconditional_exclude) return {{false, sorted.front()}, {}};
  std::vector<Verdict> all = verdicts(sorted, rules);
  Outcome outcome;
  for (const Verdict& verdict : all) {
    const bool is_in = includes(verdict, rules);
    if (outcome.decision.included || verdict.winner == kNoRule) continue;
    if (is_in || outcome.decision.rule == kNoRule) outcome.decision = {is_in, verdict.winner};
  }
  outcome.collision = collision_of(all, rules);
  return outcome;
}

std::vector<RuleNumber> winners(std::span<const RuleNumber> sorted, std::span<const RankedRule> rules) {
  if (sorted.empty()) return {};
  if (rules[sorted.front()].effect == Effect::unconditional_exclude) return {sorted.front()};
  std::vector<RuleNumber> deciding;
  for (const Verdict& verdict : verdicts(sorted, rules)) {
    if (verdict.winner != kNoRule) deciding.push_back(verdict.winner);
    if (includes(verdict, rules) && verdict.merge != kNoRule && !verdict.merges_disagree) {
      deciding.push_back(verdict.merge);
    }
  }
  return deciding;
}

}  // namespace rehome::rules
