// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/sequence_program.h"

#include "base/boot/program_copy.h"
#include "base/core/error.h"
#include "base/core/platform/child_process.h"
#include "model/outcome.h"
#include "programs/command/exit_code.h"

namespace rehome::agent {

namespace {

constexpr const char* kStateFile = "state.json";
constexpr std::size_t kLargestState = std::size_t{4} << 20;

std::vector<std::string> words_of(const std::vector<std::string>& words) {
  std::vector<std::string> all = boot::words_to_start();
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

}  // namespace

std::vector<std::string> words_to_begin(const std::string& folder) {
  return words_of({"sequence", "run", folder + "/" + kSequenceFile, "--folder", folder, "--variables",
                   folder + "/" + kSequenceVariablesFile});
}

std::vector<std::string> words_to_resume(const std::string& folder) {
  return words_of({"sequence", "resume", "--folder", folder});
}

std::optional<sequence::RunState> load_run_state(AgentFolder& folder, std::string& why) {
  why.clear();
  try {
    const std::optional<std::string> text = folder.read(kStateFile);
    if (!text) return std::nullopt;
    return sequence::run_state_of(parse_json(*text, kStateFile, {.bytes = kLargestState}));
  } catch (const Error& error) {
    why = printable(error.what());
    return std::nullopt;
  }
}

bool is_being_run(AgentFolder& folder) { return folder.try_lock() == nullptr; }

ProgramEnd meaning_of_end(int exit_code, const sequence::RunState* state) {
  if (state != nullptr && state->phase == sequence::Phase::ended) return ProgramEnd::ended;
  const bool is_waiting =
      state != nullptr && (state->phase == sequence::Phase::restarting || state->phase == sequence::Phase::entering);
  const bool was_stopped = exit_code == static_cast<int>(cli::ExitCode::cancelled) ||
                           exit_code == static_cast<int>(cli::ExitCode::busy) || exit_code > platform::kKilledBySignal;
  if (was_stopped) return ProgramEnd::interrupted;
  return is_waiting ? ProgramEnd::waits_for_restart : ProgramEnd::broken;
}

}  // namespace rehome::agent
