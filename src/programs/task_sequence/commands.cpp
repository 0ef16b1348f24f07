// SPDX-License-Identifier: Apache-2.0
#include "programs/task_sequence/commands.h"

#include <array>

#include "programs/task_sequence/internal/declarations.h"

namespace rehome::task_sequence {

cli::CommandTable commands() {
  static constexpr std::array kGroups = {
      cli::CommandGroup{"sequence", "Task sequences: capture, reinstallation and restore with nobody in between"},
  };
  static constexpr std::array kCommands = {
      cli::Command{"sequence new", "Write a sequence for a common scenario", declare_new},
      cli::Command{"sequence check", "Say everything that is wrong with a sequence", declare_check},
      cli::Command{"sequence run", "Begin a sequence on this computer", declare_run},
      cli::Command{"sequence resume", "Go on with the sequence that was begun", declare_resume},
      cli::Command{"sequence status", "Say how far the sequence is", declare_status},
      cli::Command{"sequence log", "Print what the sequence said", declare_log},
  };
  return {kGroups, kCommands};
}

}  // namespace rehome::task_sequence
