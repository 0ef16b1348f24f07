// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the variables of task sequences say to the four steps; their names are in sequence/variables.h (rows C-T1 to
// C-T6). In: names and values, from a command line, a file or a site, hostile. Out: checked values; a name that is not
// known is an error that says which is meant. Names are compared without case. For one thread.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/codec/secret.h"
#include "sequence/run_state.h"

namespace rehome::agent {

struct StepVariables {
  // Request State Store
  int retry_count = 0;           // OSDStateSMPRetryCount: 0 to 30
  int retry_delay = 60;          // OSDStateSMPRetryTime: seconds, 0 to 600
  bool fallback_to_naa = false;  // OSDStateFallbackToNAA
  // Where: a local folder; empty: what Request State Store got
  std::string store_path;  // OSDStateStorePath
  // Capture User State
  bool use_hard_links = false;                 // _OSDMigrateUseHardlinks
  bool offline = false;                        // _OSDMigrateOfflineUserState
  bool volume_shadow_copy = false;             // OSDMigrateFileAccess=VSS
  bool continue_on_locked_files = true;        // OSDMigrateContinueOnLockedFiles
  std::vector<std::string> capture_options{};  // OSDMigrateAdditionalCaptureOptions, as words
  // Restore User State
  bool local_accounts = false;                 // OSDMigrateLocalAccounts
  Secret local_account_password;               // OSDMigrateLocalAccountPassword
  bool continue_on_restore = true;             // OSDMigrateContinueOnRestore
  std::vector<std::string> restore_options{};  // OSDMigrateAdditionalRestoreOptions, as words
  // Both
  bool advanced = false;                    // OSDMigrateMode=Advanced
  std::vector<std::string> config_files{};  // OSDMigrateConfigFiles: rule files, used only in Advanced
  bool verbose = false;                     // OSDMigrateEnableVerboseLogging

  /// Names that were set and do nothing here, for the log: what they ask for always is so, or cannot be on Linux.
  std::vector<std::string> without_effect{};
};

/// Throws Error(invalid_argument): an unknown name, a value that is none of the variable's.
void set_variables(StepVariables& variables, const sequence::Values& values);

/// Throws Error(invalid_argument) where the values contradict each other (C-T5, C-T7).
void check_variables(const StepVariables& variables);

/// Words as a shell would part them: blanks part, single and double quotes and backslashes join.
std::vector<std::string> split_words(std::string_view text);

}  // namespace rehome::agent
