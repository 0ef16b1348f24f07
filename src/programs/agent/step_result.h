// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a finished capture or restore leaves behind: figures in the step's state, findings in the log, a verdict. For
// one thread.

#include "programs/agent/step.h"
#include "programs/migration/findings.h"

namespace rehome::agent {

/// Writes findings to the log: all that are kept where `verbose`, else errors alone, and how many there were of each.
void log_findings(AgentLog& log, cli::FindingList& findings, bool verbose);

/// Files that could not be read as they are: locked, damaged, or written to all the time.
std::uint64_t count_unreadable(cli::FindingList& findings);

/// done_with_losses where there are errors or losses.
cli::ExitCode verdict(const StepState& state);

}  // namespace rehome::agent
