// SPDX-License-Identifier: Apache-2.0
#include "programs/other_root/commands.h"

#include <array>
#include <unistd.h>

#include "programs/other_root/internal/declarations.h"

namespace rehome::other_root {

cli::CommandTable commands() {
  static constexpr std::array kGroups = {
      cli::CommandGroup{"other-root", "The root in memory from which a system is replaced"},
  };
  static constexpr std::array kCommands = {
      cli::Command{"other-root copy", "Copy this program with all it needs into a folder", declare_copy},
      cli::Command{"other-root image", "Make an initramfs that runs a command beside a volume", declare_image},
      cli::Command{"other-root enter", "Leave the running system, and start such an initramfs", declare_enter},
      cli::Command{"other-root init", "What the first process in it does (not for people)", declare_init},
  };
  return {kGroups, kCommands};
}

std::optional<std::vector<std::string>> words_of_init(const char* program) {
  if (::getpid() != 1 || program == nullptr || std::string_view(program) != "/init") return std::nullopt;
  return std::vector<std::string>{"other-root", "init"};
}

}  // namespace rehome::other_root
