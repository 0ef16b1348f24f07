// SPDX-License-Identifier: Apache-2.0
#include "programs/server/commands.h"

#include <array>

#include "programs/server/internal/declarations.h"

namespace rehome::server {

cli::CommandTable commands() {
  static constexpr std::array kGroups = {cli::CommandGroup{"site", "A site: make it, serve it, administer it"}};
  static constexpr std::array kCommands = {
      cli::Command{"site init", "Make a new site in a folder", declare_site_init},
      cli::Command{"site serve", "Serve the site of a folder over HTTPS", declare_site_serve},
  };
  return {kGroups, kCommands};
}

}  // namespace rehome::server
