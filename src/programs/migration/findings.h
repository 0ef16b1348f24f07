// SPDX-License-Identifier: Apache-2.0
#pragma once
// Findings for people and for programs.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/json.h"
#include "base/core/locked.h"
#include "model/outcome.h"
#include "programs/command/command.h"

namespace rehome::cli {

/// Keeps what a stage says. Of a kind that occurs more often than kKeptPerKind only the first ones are kept with their
/// text; all are counted (a capture keeps them all in its catalog).
class FindingList final : public FindingSink {
 public:
  static constexpr std::size_t kKeptPerKind = 1000;
  void record(Finding finding) override;
  FindingCounts counts();
  std::vector<Finding> kept();
  /// How many there were of each kind.
  std::map<FindingKind, std::uint64_t> by_kind();

 private:
  struct State {
    std::vector<Finding> kept;
    std::map<FindingKind, std::uint64_t> by_kind;
    FindingCounts counts;
  };
  Locked<State> state_;
};

/// One a line on stderr, the first of each kind; with --quiet no notes. `where_all`: what to do to see the others.
void print_findings(FindingList& findings, Context& context, std::string_view where_all = {});

Json to_json(const Finding& finding);
Json to_json(FindingList& findings);

}  // namespace rehome::cli
