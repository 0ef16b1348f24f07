// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/commands.h"

#include <array>

#include "programs/volume/internal/declarations.h"

namespace rehome::volume {

cli::CommandTable commands() {
  static constexpr std::array kGroups = {
      cli::CommandGroup{"volume", "The volume of a system that is replaced: guarded, wiped, and filled again"},
  };
  static constexpr std::array kCommands = {
      cli::Command{"volume check", "List every reason against wiping the volume of a folder", declare_check},
      cli::Command{"volume wipe", "Remove everything on a volume but its protected folder", declare_wipe},
      cli::Command{"volume apply", "Put an image of a system onto a volume", declare_apply},
  };
  return {kGroups, kCommands};
}

}  // namespace rehome::volume
