// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every finding of a restore passes here: counted for the report, then handed on. Any thread may call.

#include <set>
#include <string>

#include "base/core/locked.h"
#include "model/outcome.h"

namespace rehome::load {

class Findings final : public FindingSink {
 public:
  explicit Findings(FindingSink& out) : out_(out) {}
  void record(Finding finding) override;
  /// Only the first finding of a `topic` is recorded: what holds for thousands of objects is said once.
  void record_once(const std::string& topic, Finding finding);
  FindingCounts counts() { return state_.lock()->counts; }

 private:
  struct State {
    FindingCounts counts;
    std::set<std::string> topics;
  };
  FindingSink& out_;
  Locked<State> state_;
};

/// For a look ahead: what the restore itself will say need not be said twice.
class NoFindings final : public FindingSink {
 public:
  void record(Finding) override {}
};

}  // namespace rehome::load
