// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/collision.h"

#include <gtest/gtest.h>

namespace rehome::load {
namespace {

std::string numbered(std::string_view name, std::uint32_t n) { return numbered_name(name, n, NodeKind::file); }

TEST(NumberedName, StandsBeforeTheExtension) {
  EXPECT_EQ(numbered("a.txt", 0), "a.txt");
  EXPECT_EQ(numbered("a.txt", 1), "a(1).txt");
  EXPECT_EQ(numbered("a.tar.gz", 12), "a.tar(12).gz");
  EXPECT_EQ(numbered("a", 1), "a(1)");
  EXPECT_EQ(numbered(".bashrc", 1), ".bashrc(1)");
  EXPECT_EQ(numbered(".a.b", 1), ".a(1).b");
  EXPECT_EQ(numbered("a.", 1), "a(1).");
  EXPECT_EQ(numbered_name("my.folder", 1, NodeKind::folder), "my.folder(1)");
}

TEST(NumberedName, NeverGetsTooLong) {
  const std::string longest(255, 'a');
  EXPECT_EQ(numbered(longest, 1), std::string(252, 'a') + "(1)");
  EXPECT_EQ(numbered(std::string(251, 'a') + ".txt", 1), std::string(248, 'a') + "(1).txt");
  EXPECT_EQ(numbered("a." + std::string(253, 'x'), 1), "a." + std::string(250, 'x') + "(1)");
}

TEST(NumberedName, IsNeverCutInsideACharacter) {
  std::string name = "a";
  for (int i = 0; i < 127; ++i) name += "\xc3\xa4";
  ASSERT_EQ(name.size(), 255U);
  EXPECT_EQ(numbered(name, 1), name.substr(0, 251) + "(1)");
}

/// Renames everything but in the folder "win".
class PickyPlan final : public Plan {
 public:
  PlanState start() const override { return 0; }
  PlanState enter(PlanState folder, std::string_view name) const override { return name == "win" ? 1 : folder; }
  bool reaches_inside(PlanState) const override { return true; }
  Decision decide_folder(PlanState) const override { return {}; }
  Decision decide_leaf(PlanState, std::string_view) const override { return {}; }
  CollisionPolicy collision(PlanState folder, std::string_view leaf_name) const override {
    if (leaf_name == "keep") return CollisionPolicy::destination_priority;
    return folder == 1 ? CollisionPolicy::source_priority : CollisionPolicy::rename_source;
  }
  const RuleInfo& rule(std::uint32_t) const override { return rule_; }
  Explanation explain(std::string_view, bool) const override { return {}; }
  std::vector<MachinePath> named_folders() const override { return {}; }

 private:
  RuleInfo rule_;
};

TEST(PolicyFor, AsksThePlanComponentByComponent) {
  const PickyPlan plan;
  EXPECT_EQ(policy_for(nullptr, "/home/x"), CollisionPolicy::rename_source);
  EXPECT_EQ(policy_for(&plan, "/home/ann/x"), CollisionPolicy::rename_source);
  EXPECT_EQ(policy_for(&plan, "/home/win/x"), CollisionPolicy::source_priority);
  EXPECT_EQ(policy_for(&plan, "/home/ann/keep"), CollisionPolicy::destination_priority);
  EXPECT_EQ(policy_for(&plan, "/win"), CollisionPolicy::rename_source);
}

}  // namespace
}  // namespace rehome::load
