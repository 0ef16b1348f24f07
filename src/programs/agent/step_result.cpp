// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/step_result.h"

#include <fmt/format.h>

namespace rehome::agent {

void log_findings(AgentLog& log, cli::FindingList& findings, bool verbose) {
  for (const Finding& finding : findings.kept()) {
    if (!verbose && level_of(finding.kind) != FindingLevel::error) continue;
    log.say(fmt::format("{}: {}: {}", name_of(finding.kind), printable(finding.path), printable(finding.message)));
  }
  for (const auto& [kind, count] : findings.by_kind()) log.say(fmt::format("findings, {}: {}", name_of(kind), count));
}

std::uint64_t count_unreadable(cli::FindingList& findings) {
  std::uint64_t count = 0;
  for (const auto& [kind, number] : findings.by_kind()) {
    if (kind == FindingKind::unreadable || kind == FindingKind::changed) count += number;
  }
  return count;
}

cli::ExitCode verdict(const StepState& state) {
  return state.errors + state.losses > 0 ? cli::ExitCode::done_with_losses : cli::ExitCode::success;
}

}  // namespace rehome::agent
