// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/findings.h"

#include <utility>

namespace rehome::load {

namespace {
// A forged catalog can hold any number of topics (every object another owner); memory and the report stay bounded.
constexpr std::size_t kMostTopics = 10'000;
}  // namespace

void Findings::record(Finding finding) {
  state_.lock()->counts.add(finding.kind);
  out_.record(std::move(finding));
}

void Findings::record_once(const std::string& topic, Finding finding) {
  {
    auto state = state_.lock();
    if (state->topics.size() > kMostTopics || !state->topics.insert(topic).second) return;
    if (state->topics.size() > kMostTopics) {
      finding.message += "; from here on, what was said of no other object before is not listed any more";
    }
  }
  record(std::move(finding));
}

}  // namespace rehome::load
