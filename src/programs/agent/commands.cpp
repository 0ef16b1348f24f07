// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/commands.h"

#include <array>

#include "programs/agent/internal/declarations.h"

namespace rehome::agent {

cli::CommandTable commands() {
  static constexpr std::array kGroups = {
      cli::CommandGroup{"agent", "This computer as a member of a site"},
      cli::CommandGroup{"step", "The four steps of a migration, one by one"},
  };
  static constexpr std::array kCommands = {
      cli::Command{"agent enrol", "Make this computer a member of a site", declare_enrol},
      cli::Command{"agent run", "Ask the site for work and do it, until it is stopped", declare_run},
      cli::Command{"agent status", "Say whose member this computer is and how far its steps are", declare_status},
      cli::Command{"agent return-token", "Get the token with which this computer enrols again once it is reinstalled",
                   declare_return_token},
      cli::Command{"step request-state-store", "Ask the site for a state store", declare_request_state_store},
      cli::Command{"step capture-user-state", "Capture the users into the state store", declare_capture_user_state},
      cli::Command{"step restore-user-state", "Restore the users from the state store", declare_restore_user_state},
      cli::Command{"step release-state-store", "Tell the site how the capture or restore ended",
                   declare_release_state_store},
  };
  return {kGroups, kCommands};
}

}  // namespace rehome::agent
