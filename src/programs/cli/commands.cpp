// SPDX-License-Identifier: Apache-2.0
#include "programs/cli/commands.h"

#include <array>

#include "programs/cli/internal/declarations.h"

namespace rehome::cli {

CommandTable commands() {
  static constexpr std::array kGroups = {
      CommandGroup{"store", "Look into, check, extract from and remove stores"},
      CommandGroup{"recovery", "Recovery keys, and what a site knows to recover a state"},
      CommandGroup{"rules", "Migration rules"},
  };
  static constexpr std::array kCommands = {
      Command{"capture", "Capture users' accounts, files and settings into a store", declare_capture},
      Command{"restore", "Restore a captured state on this or another computer", declare_restore},
      Command{"estimate", "Say how much a capture would take", declare_estimate},
      Command{"users", "List the users of a computer that can be migrated", declare_users},
      Command{"explain", "Say why a path is captured or not: rule, file, line", declare_explain},
      Command{"rules check", "Check rule files", declare_rules_check},
      Command{"store info", "Describe a store and its captures", declare_store_info},
      Command{"store list", "List the objects of a capture", declare_store_list},
      Command{"store verify", "Read everything back and name what is damaged", declare_store_verify},
      Command{"store extract", "Copy files out of a store without restoring", declare_store_extract},
      Command{"store remove", "Remove a capture, or the whole store", declare_store_remove},
      Command{"recovery keygen", "Make a recovery key pair", declare_recovery_keygen},
      Command{"recovery show", "Ask a site where a captured state lies and for its key", declare_recovery_show},
  };
  return {kGroups, kCommands};
}

}  // namespace rehome::cli
