// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/commands.h"

#include <array>

#include "programs/volume/internal/declarations.h"

namespace rehome::volume {

cli::CommandTable commands() {
  static constexpr std::array kGroups = {
      cli::CommandGroup{"volume", "The volume of a system that is replaced"},
  };
  static constexpr std::array kCommands = {
      cli::Command{"volume apply", "Put an image of a system onto a volume", declare_apply},
  };
  return {kGroups, kCommands};
}

}  // namespace rehome::volume
