// SPDX-License-Identifier: Apache-2.0
#pragma once
// The shortest plan: whole folders, without any rule.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/core/locked.h"
#include "model/plan.h"

namespace rehome::testing {

/// Takes everything in some folders, and nothing else.
class FolderPlan final : public Plan {
 public:
  explicit FolderPlan(std::vector<MachinePath> folders) : folders_(std::move(folders)) {}

  PlanState start() const override { return number_of(""); }
  PlanState enter(PlanState folder, std::string_view name) const override {
    return number_of(path_of(folder) + "/" + std::string(name));
  }
  bool reaches_inside(PlanState folder) const override {
    const MachinePath path = path_of(folder);
    return is_in(path) || std::ranges::any_of(folders_, [&](const auto& each) { return each.starts_with(path + "/"); });
  }
  Decision decide_folder(PlanState folder) const override { return {is_in(path_of(folder)), kNoRule}; }
  Decision decide_leaf(PlanState folder, std::string_view) const override { return decide_folder(folder); }
  CollisionPolicy collision(PlanState, std::string_view) const override { return CollisionPolicy::rename_source; }
  const RuleInfo& rule(std::uint32_t) const override { return rule_; }
  Explanation explain(std::string_view, bool) const override { return {}; }
  std::vector<MachinePath> named_folders() const override { return folders_; }

 private:
  bool is_in(const MachinePath& path) const {
    return std::ranges::any_of(folders_,
                               [&](const auto& each) { return path == each || path.starts_with(each + "/"); });
  }
  MachinePath path_of(PlanState state) const { return states_.lock()->paths.at(state); }
  PlanState number_of(const MachinePath& path) const {
    auto states = states_.lock();
    const auto [found, is_new] = states->numbers.try_emplace(path, static_cast<PlanState>(states->paths.size()));
    if (is_new) states->paths.push_back(path);
    return found->second;
  }

  struct States {
    std::map<MachinePath, PlanState> numbers;
    std::vector<MachinePath> paths;
  };
  std::vector<MachinePath> folders_;
  mutable Locked<States> states_;
  RuleInfo rule_;
};

}  // namespace rehome::testing
