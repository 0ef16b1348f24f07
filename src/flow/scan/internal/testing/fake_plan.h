// SPDX-License-Identifier: Apache-2.0
#pragma once
// A plan written by hand: of the paths that a test takes or leaves, the longest that holds a path decides about it.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "model/plan.h"

namespace rehome::scan {

class FakePlan final : public Plan {
 public:
  /// A file, or a folder with everything in it.
  void take(const std::string& path) { rules_[path] = Rule::take; }
  void take_folder_alone(const std::string& path) { rules_[path] = Rule::take_alone; }
  void leave(const std::string& path) { rules_[path] = Rule::leave; }
  void name(const std::string& path) { named_.push_back(path); }

  PlanState start() const override { return 0; }
  PlanState enter(PlanState folder, std::string_view name) const override {
    auto paths = paths_.lock();
    paths->push_back(child((*paths)[folder], name));
    return static_cast<PlanState>(paths->size() - 1);
  }
  bool reaches_inside(PlanState folder) const override {
    const std::string path = path_of(folder);
    const auto below = rules_.lower_bound(path + "/");
    const bool named_below = below != rules_.end() && below->first.starts_with(path + "/");
    const auto rule = find(path);
    return named_below || (rule && *rule == Rule::take);
  }
  Decision decide_folder(PlanState folder) const override { return decide(path_of(folder)); }
  Decision decide_leaf(PlanState folder, std::string_view name) const override {
    return decide(child(path_of(folder), name));
  }
  CollisionPolicy collision(PlanState, std::string_view) const override { return CollisionPolicy::rename_source; }
  const RuleInfo& rule(std::uint32_t) const override { throw Error(ErrorCode::unsupported, "no rules here"); }
  Explanation explain(std::string_view, bool) const override { return {}; }
  std::vector<MachinePath> named_folders() const override { return named_; }

 private:
  enum class Rule { take, take_alone, leave };

  static std::string child(const std::string& path, std::string_view name) {
    const bool is_drive = path.empty() && name.ends_with(':');
    return is_drive ? std::string(name) : path + "/" + std::string(name);
  }
  std::string path_of(PlanState state) const { return (*paths_.lock())[state]; }
  std::optional<Rule> find(const std::string& path) const {
    std::optional<Rule> longest;
    for (const auto& [holder, rule] : rules_) {  // sorted: of two that hold the path the longer one comes later
      const bool is_itself = path == holder;
      const bool is_below = path.starts_with(holder) && path.size() > holder.size() && path[holder.size()] == '/';
      if (is_itself || (is_below && rule != Rule::take_alone)) longest = rule;
    }
    return longest;
  }
  Decision decide(const std::string& path) const {
    const auto rule = find(path);
    return {rule && *rule != Rule::leave, kNoRule};
  }

  std::map<std::string, Rule> rules_;
  std::vector<MachinePath> named_;
  mutable Locked<std::vector<std::string>> paths_{std::size_t{1}};  // by state; the first is that of the root: ""
};

}  // namespace rehome::scan
