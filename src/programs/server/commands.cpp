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
      cli::Command{"site backup", "Back up a site's records and keys, sealed to its recovery key", declare_site_backup},
      cli::Command{"site restore", "Make the folder of a site from its backup", declare_site_restore},
      cli::Command{"site fingerprint", "Show what agents are told to trust", declare_site_fingerprint},
  };
  return {kGroups, kCommands};
}

}  // namespace rehome::server
