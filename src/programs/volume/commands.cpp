// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/commands.h"

#include <array>

#include "programs/volume/internal/declarations.h"

namespace rehome::volume {

cli::CommandTable commands() {
  static constexpr std::array kGroups = {
      cli::CommandGroup{"volume", "Removing an old system, once all of its users are safe"},
  };
  static constexpr std::array kCommands = {
      cli::Command{"volume check", "List every reason against wiping the volume of a folder", declare_check},
      cli::Command{"volume wipe", "Remove everything on a volume but its protected folder", declare_wipe},
  };
  return {kGroups, kCommands};
}

}  // namespace rehome::volume
