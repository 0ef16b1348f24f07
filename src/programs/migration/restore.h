// SPDX-License-Identifier: Apache-2.0
#pragma once
// Joins store → load: an open capture onto one computer, wherever the capture's blobs lie. Called by the command
// `restore` and by the agent's steps.

#include <string>
#include <vector>

#include "flow/load/load.h"
#include "model/capture.h"
#include "programs/command/command.h"
#include "programs/migration/findings.h"
#include "programs/migration/work.h"

namespace rehome::cli {

struct RestoreOptions {
  std::string root = "/";
  std::vector<std::string> rules;     // migration XML whose merge rules decide collisions
  std::vector<std::string> users;     // as select_users() takes them; empty: all that the capture opens for us
  std::vector<std::string> map_user;  // "OLD:NEW"
  std::vector<std::string> allow_groups;
  load::LoadOptions load;  // accounts, map_user and allow_groups are filled in from the above
};

struct RestoreResult {
  load::LoadReport report;
  double seconds = 0;
};

/// What of a restore a person may choose, wherever the store lies.
void declare_restore_options(Arguments& arguments, RestoreOptions& options);

/// Throws Error where the restore cannot be completed; what was not brought is in `findings`.
RestoreResult restore(const CapturedState& state, RestoreOptions options, Work& work, FindingList& findings,
                      Context& context);

}  // namespace rehome::cli
