// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/compiled_plan.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <rapidcheck.h>
#include <tuple>

#include "base/core/error.h"
#include "base/core/worker_pool.h"

namespace rehome::rules {
namespace {

using Effect = RuleInfo::Effect;

CompiledRule rule(Effect effect, InstanceNumber instance, const std::string& text,
                  MachineFlavour flavour = MachineFlavour::linux) {
  CompiledRule result;
  result.info.effect = effect;
  result.info.pattern = text;
  result.instance = instance;
  result.pattern = parse_pattern(text, PatternType::file, flavour).value();
  return result;
}

// What follows is the language as slowly and plainly as it can be said: no automaton, every rule tried on every path.

using Names = std::vector<std::string>;

/// Backtracks over every way in which '*' can be read.
bool text_is_like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() != '*') {
    return !text.empty() && text.front() == pattern.front() && text_is_like(text.substr(1), pattern.substr(1));
  }
  for (std::size_t skip = 0; skip <= text.size(); ++skip) {
    if (text_is_like(text.substr(skip), pattern.substr(1))) return true;
  }
  return false;
}

struct SlowRule {
  Effect effect;
  InstanceNumber instance;
  Names node;
  bool recursive;
  std::optional<std::string> leaf;

  bool folder_is_like(const Names& folder, std::size_t at = 0, std::size_t part = 0) const {
    if (part == node.size()) return recursive || at == folder.size();
    if (at == folder.size()) return false;
    if (node[part] == "*") {
      return folder_is_like(folder, at + 1, part) || folder_is_like(folder, at + 1, part + 1);
    }
    return text_is_like(folder[at], node[part]) && folder_is_like(folder, at + 1, part + 1);
  }
  bool takes_leaf(const Names& folder, const std::string& name) const {
    return leaf && folder_is_like(folder) && text_is_like(name, *leaf);
  }
  bool takes_folder(const Names& folder) const {
    return folder_is_like(folder) && (!leaf || (*leaf == "*" && recursive));
  }

  /// The directory part first: fixed names, all names, letters beside stars, this folder before all below; then the
  /// leaf: a name, the letters of a wildcard, few stars.
  auto rank() const {
    auto has_star = [](const std::string& name) { return name.find('*') != std::string::npos; };
    auto letters = [](const std::string& name) { return name.size() - std::ranges::count(name, '*'); };
    auto fixed = std::ranges::find_if(node, has_star) - node.begin();
    auto literal = std::ranges::count_if(node, [&](const auto& name) { return !has_star(name); });
    std::size_t partial = 0;
    for (const std::string& name : node) partial += has_star(name) ? letters(name) : 0;
    bool is_name = !leaf || !has_star(*leaf);
    std::size_t leaf_letters = is_name ? 0 : letters(*leaf);
    std::int64_t stars = is_name || leaf_letters == 0 ? 0 : -std::ranges::count(*leaf, '*');
    return std::tuple(fixed, literal, partial, !recursive, is_name, leaf_letters, stars);
  }
};

bool included(const std::vector<SlowRule>& rules, const std::function<bool(const SlowRule&)>& touches) {
  std::map<InstanceNumber, const SlowRule*> winners;
  for (const SlowRule& each : rules) {
    if (!touches(each)) continue;
    if (each.effect == Effect::unconditional_exclude) return false;
    const SlowRule*& winner = winners[each.instance];
    bool better = winner == nullptr || each.rank() > winner->rank() ||
                  (each.rank() == winner->rank() && each.effect == Effect::exclude);
    if (better) winner = &each;
  }
  return std::ranges::any_of(winners, [](const auto& entry) { return entry.second->effect == Effect::include; });
}

std::string text_of(const SlowRule& slow) {
  std::string text;
  for (const std::string& name : slow.node) text += "/" + name;
  if (slow.recursive) text += "/*";
  if (text.empty()) text = "/";
  if (slow.leaf) text += " [" + *slow.leaf + "]";
  return text;
}

rc::Gen<SlowRule> any_rule() {
  auto name = rc::gen::element<std::string>("a", "b", "ab", "a", "b", "*", "a*", "*b");
  auto node = rc::gen::resize(4, rc::gen::container<Names>(name));
  auto leaf =
      rc::gen::element<std::optional<std::string>>(std::nullopt, "*", "*", "a", "b.x", "*.x", "a*", "*b*", "*.y");
  auto effect = rc::gen::weightedElement<Effect>(
      {{5, Effect::include}, {4, Effect::exclude}, {1, Effect::unconditional_exclude}});
  auto instance = rc::gen::inRange<InstanceNumber>(0, 3);
  return rc::gen::map(rc::gen::tuple(effect, instance, node, rc::gen::arbitrary<bool>(), leaf), [](auto parts) {
    auto& [kind, number, names, recursive, end] = parts;
    // A trailing "*" is what recursion is written as.
    while (!names.empty() && names.back() == "*") names.pop_back();
    return SlowRule{kind, number, names, recursive, end};
  });
}

const Names kFolderNames = {"a", "b", "ab", "c"};
const Names kLeafNames = {"a", "ab", "b.x", "c.x", "c.y", "c"};

/// Calls `visit` for every folder of a small complete tree.
void visit_folders(std::size_t depth, Names& folder, PlanState state, const CompiledPlan& plan,
                   const std::function<void(const Names&, PlanState)>& visit) {
  visit(folder, state);
  if (folder.size() == depth) return;
  for (const std::string& name : kFolderNames) {
    folder.push_back(name);
    visit_folders(depth, folder, plan.enter(state, name), plan, visit);
    folder.pop_back();
  }
}

void agrees(const std::vector<SlowRule>& slow) {
  std::vector<CompiledRule> compiled;
  for (const SlowRule& each : slow) compiled.push_back(rule(each.effect, each.instance, text_of(each)));
  CompiledPlan plan(std::move(compiled), MachineFlavour::linux);
  std::vector<std::pair<Names, bool>> opened;
  std::vector<Names> with_content;
  Names root;
  visit_folders(4, root, plan.start(), plan, [&](const Names& folder, PlanState state) {
    bool takes_folder = included(slow, [&](const SlowRule& each) { return each.takes_folder(folder); });
    RC_ASSERT(plan.decide_folder(state).included == takes_folder);
    bool takes_something = takes_folder;
    for (const std::string& name : kLeafNames) {
      bool takes = included(slow, [&](const SlowRule& each) { return each.takes_leaf(folder, name); });
      RC_ASSERT(plan.decide_leaf(state, name).included == takes);
      if (takes) RC_ASSERT(plan.reaches_inside(state));
      takes_something = takes_something || takes;
    }
    opened.emplace_back(folder, plan.reaches_inside(state));
    if (takes_something) with_content.push_back(folder);
  });
  // No folder that is in the way of something included may stay closed.
  for (const auto& [folder, is_open] : opened) {
    bool is_above = std::ranges::any_of(with_content, [&](const Names& below) {
      return below.size() > folder.size() && std::equal(folder.begin(), folder.end(), below.begin());
    });
    if (is_above) RC_ASSERT(is_open);
  }
}

TEST(CompiledPlan, AgreesWithTheObviousMatcher) {
  EXPECT_TRUE(rc::check("automaton and obvious matcher agree",
                        [] { agrees(*rc::gen::resize(12, rc::gen::container<std::vector<SlowRule>>(any_rule()))); }));
}

TEST(CompiledPlan, KeepsExcludedTreesClosed) {
  CompiledPlan plan({rule(Effect::include, 0, "/home/ann/* [*]"), rule(Effect::exclude, 0, "/home/ann/.cache/* [*]"),
                     rule(Effect::include, 0, "/srv/data/x [y]")},
                    MachineFlavour::linux);
  auto opens = [&](std::initializer_list<std::string_view> names) {
    PlanState state = plan.start();
    for (std::string_view name : names) state = plan.enter(state, name);
    return plan.reaches_inside(state);
  };
  EXPECT_TRUE(opens({}));
  EXPECT_TRUE(opens({"home"}));
  EXPECT_FALSE(opens({"usr"}));
  EXPECT_FALSE(opens({"home", "bob"}));
  EXPECT_TRUE(opens({"home", "ann", "x"}));
  EXPECT_FALSE(opens({"home", "ann", ".cache"}));
  EXPECT_FALSE(opens({"home", "ann", ".cache", "deep"}));
  EXPECT_TRUE(opens({"srv", "data", "x"}));
  EXPECT_FALSE(opens({"srv", "data", "x", "below"}));
}

TEST(CompiledPlan, OpensAnExcludedTreeForADeeperInclude) {
  CompiledPlan plan({rule(Effect::include, 0, "/h/* [*]"), rule(Effect::exclude, 0, "/h/.cache/* [*]"),
                     rule(Effect::include, 0, "/h/.cache/keep/* [*]"), rule(Effect::include, 1, "/h/.cache/b/* [*]")},
                    MachineFlavour::linux);
  auto state = [&](std::initializer_list<std::string_view> names) {
    PlanState at = plan.start();
    for (std::string_view name : names) at = plan.enter(at, name);
    return at;
  };
  EXPECT_TRUE(plan.reaches_inside(state({"h", ".cache"})));
  EXPECT_FALSE(plan.decide_leaf(state({"h", ".cache"}), "x").included);
  EXPECT_FALSE(plan.reaches_inside(state({"h", ".cache", "other"})));
  EXPECT_TRUE(plan.decide_leaf(state({"h", ".cache", "keep"}), "x").included);
  EXPECT_TRUE(plan.decide_leaf(state({"h", ".cache", "b"}), "x").included);
}

TEST(CompiledPlan, AMillionFoldersNeedFewStates) {
  std::vector<CompiledRule> rules;
  for (InstanceNumber user = 0; user < 20; ++user) {
    std::string home = "/home/user" + std::to_string(user);
    rules.push_back(rule(Effect::include, user, home + "/* [*]"));
    rules.push_back(rule(Effect::exclude, user, home + "/.cache/* [*]"));
    rules.push_back(rule(Effect::exclude, user, home + "/*/node_modules/* [*]"));
  }
  CompiledPlan plan(std::move(rules), MachineFlavour::linux);
  PlanState home = plan.enter(plan.start(), "home");
  for (int user = 0; user < 20; ++user) {
    PlanState own = plan.enter(home, "user" + std::to_string(user));
    for (int i = 0; i < 50; ++i) {
      PlanState first = plan.enter(own, "folder" + std::to_string(i));
      for (int j = 0; j < 1000; ++j) plan.enter(first, std::to_string(j));
    }
  }
  // A few for each user, none for a folder.
  EXPECT_LE(plan.states(), 20U * 4U + 5U);
}

TEST(CompiledPlan, DecidesLeavesWhoseKindsAreTooManyToKeep) {
  // Which of these a name has begun and which it has ended can be any combination.
  std::vector<CompiledRule> rules;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    rules.push_back(rule(Effect::include, 0, std::string("/h/* [*") + letter + "*-" + letter + "*]"));
  }
  CompiledPlan plan(std::move(rules), MachineFlavour::linux);
  PlanState home = plan.enter(plan.start(), "h");
  std::uint64_t seed = 1;
  for (int i = 0; i < 20'000; ++i) {
    std::string name;
    for (int letter = 0; letter < 12; ++letter) {
      seed = seed * 6364136223846793005U + 1442695040888963407U;
      name += static_cast<char>('a' + (seed >> 40U) % 26);
    }
    ASSERT_FALSE(plan.decide_leaf(home, name).included);
    ASSERT_TRUE(plan.decide_leaf(home, name + "-" + name.front()).included);
  }
}

TEST(CompiledPlan, WindowsNamesCompareWithoutCase) {
  CompiledPlan plan({rule(Effect::include, 0, "c:\\MÜSIK\\* [*.Mp3]", MachineFlavour::windows)},
                    MachineFlavour::windows);
  PlanState state = plan.enter(plan.enter(plan.start(), "C:"), "Müsik");
  EXPECT_TRUE(plan.decide_leaf(state, "A.MP3").included);
  EXPECT_TRUE(plan.explain("C:\\müsik\\sub\\x.mp3", false).decision.included);
}

TEST(CompiledPlan, LinuxNamesCompareByteByByte) {
  CompiledPlan plan({rule(Effect::include, 0, "/a\\b/* [x\xFF]")}, MachineFlavour::linux);
  PlanState state = plan.enter(plan.start(), "a\\b");
  EXPECT_TRUE(plan.decide_leaf(state, "x\xFF").included);
  EXPECT_FALSE(plan.decide_leaf(state, "X\xFF").included);
  EXPECT_FALSE(plan.reaches_inside(plan.enter(plan.start(), "A\\b")));
}

TEST(CompiledPlan, ExplainsInOrderOfPrecedence) {
  std::vector<CompiledRule> rules = {rule(Effect::include, 0, "/a/* [*]"), rule(Effect::exclude, 0, "/a/b/* [*.x]"),
                                     rule(Effect::include, 0, "/a/b/ [k.x]"), rule(Effect::include, 1, "/a/c/* [*]"),
                                     rule(Effect::merge, 0, "/a/* [*]")};
  rules.back().policy = CollisionPolicy::source_priority;
  CompiledPlan plan(std::move(rules), MachineFlavour::linux);
  Explanation explanation = plan.explain("/a/b/k.x", false);
  EXPECT_TRUE(explanation.decision.included);
  EXPECT_EQ(explanation.decision.rule, 2U);
  std::vector<std::pair<std::uint32_t, bool>> lines;
  for (const auto& line : explanation.lines) lines.emplace_back(line.rule, line.wins);
  EXPECT_EQ(lines, (std::vector<std::pair<std::uint32_t, bool>>{{2, true}, {1, false}, {0, false}, {4, true}}));
  EXPECT_EQ(plan.explain("/nowhere", true).decision.rule, kNoRule);
}

TEST(CompiledPlan, MergeRulesCountOnlyInComponentsThatInclude) {
  auto merge = [](InstanceNumber instance, const std::string& text, CollisionPolicy policy) {
    CompiledRule result = rule(Effect::merge, instance, text);
    result.policy = policy;
    return result;
  };
  CompiledPlan plan(
      {rule(Effect::include, 0, "/a/* [*]"), merge(0, "/a/* [*]", CollisionPolicy::destination_priority),
       merge(0, "/a/ [s]", CollisionPolicy::source_priority), merge(1, "/a/ [t]", CollisionPolicy::source_priority),
       merge(0, "/a/ [tie]", CollisionPolicy::source_priority),
       merge(0, "/a/ [tie]", CollisionPolicy::destination_priority)},
      MachineFlavour::linux);
  PlanState state = plan.enter(plan.start(), "a");
  EXPECT_EQ(plan.collision(state, "x"), CollisionPolicy::destination_priority);
  EXPECT_EQ(plan.collision(state, "s"), CollisionPolicy::source_priority);
  EXPECT_EQ(plan.collision(state, "t"), CollisionPolicy::destination_priority);
  // Nothing is lost where rules contradict each other.
  EXPECT_EQ(plan.collision(state, "tie"), CollisionPolicy::rename_source);
}

TEST(CompiledPlan, NamesTheFoldersOfItsScope) {
  CompiledPlan plan({rule(Effect::include, 0, "/home/ann/* [*]"), rule(Effect::include, 0, "/srv/*/x/* [*]"),
                     rule(Effect::exclude, 0, "/var/* [*]")},
                    MachineFlavour::linux);
  EXPECT_EQ(plan.named_folders(), (std::vector<MachinePath>{"/home/ann", "/srv"}));
}

TEST(CompiledPlan, SaysWhenFoldersCannotBeToldApartInReasonableMemory) {
  // Every combination of names passed so far is a state of its own.
  std::vector<CompiledRule> rules;
  for (int i = 0; i < 30; ++i) {
    rules.push_back(rule(Effect::include, 0, "/*/n" + std::to_string(i) + "/*/end/ [x]"));
  }
  CompiledPlan plan(std::move(rules), MachineFlavour::linux);
  std::uint64_t seed = 1;
  auto walk = [&] {
    for (int walks = 0; walks < 200'000; ++walks) {
      PlanState state = plan.enter(plan.start(), "top");
      for (int depth = 0; depth < 30; ++depth) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        state = plan.enter(state, "n" + std::to_string(seed >> 33U & 31U));
      }
    }
  };
  EXPECT_THROW(walk(), Error);
}

TEST(CompiledPlan, ManyThreadsSeeOnePlan) {
  std::vector<CompiledRule> rules;
  for (int i = 0; i < 8; ++i) {
    rules.push_back(rule(Effect::include, 0, "/*/n" + std::to_string(i) + "/* [*.e" + std::to_string(i) + "]"));
  }
  CompiledPlan plan(std::move(rules), MachineFlavour::linux);
  WorkerPool pool({"walk", 4, WorkerPool::Order::fifo, 0});
  std::atomic<int> wrong{0};
  for (int task = 0; task < 8; ++task) {
    pool.submit([&plan, &wrong, task] {
      for (int i = 0; i < 500; ++i) {
        PlanState state = plan.enter(plan.start(), "top");
        unsigned seen = 0;
        for (int depth = 0; depth < 6; ++depth) {
          unsigned n = static_cast<unsigned>(i * 7 + depth * (task + 1)) % 9;
          state = plan.enter(state, "n" + std::to_string(n));
          if (n < 8) seen |= 1U << n;
        }
        for (unsigned n = 0; n < 8; ++n) {
          bool expected = (seen >> n & 1U) != 0;
          if (plan.decide_leaf(state, "x.e" + std::to_string(n)).included != expected) ++wrong;
        }
      }
    });
  }
  pool.finish();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace rehome::rules
