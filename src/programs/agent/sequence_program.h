// SPDX-License-Identifier: Apache-2.0
#pragma once
// The program that runs a sequence in a folder of its own, as a process beside the agent: what it is called with, what
// it leaves in the folder, and what its end means. All that the agent knows of `rehome sequence run` and `resume`
// stands here. For one thread.

#include <optional>
#include <string>
#include <vector>

#include "programs/agent/agent_folder.h"
#include "sequence/run_state.h"

namespace rehome::agent {

/// In the folder of a sequence. The agent writes the first two, and what the program says goes into the third.
constexpr const char* kSequenceFile = "sequence.yaml";
constexpr const char* kSequenceVariablesFile = "variables.json";
constexpr const char* kSequenceOutputFile = "output.log";

/// By this very program.
std::vector<std::string> words_to_begin(const std::string& folder);
std::vector<std::string> words_to_resume(const std::string& folder);

/// nullopt where it has not begun, or what it left cannot be read (`why` says so then).
std::optional<sequence::RunState> load_run_state(AgentFolder& folder, std::string& why);
/// Whether a process runs a sequence in it now.
bool is_being_run(AgentFolder& folder);

enum class ProgramEnd {
  ended,              // the sequence is over; its state says how
  waits_for_restart,  // of the computer
  interrupted,        // it goes on when it is resumed
  broken,             // it cannot go on, and its state does not say why
};
/// `state`: what it left, null where it left none.
ProgramEnd meaning_of_end(int exit_code, const sequence::RunState* state);

}  // namespace rehome::agent
