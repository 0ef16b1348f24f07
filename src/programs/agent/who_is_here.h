// SPDX-License-Identifier: Apache-2.0
#pragma once
// Before a capture or restore: who is logged in and which of their files are open. Said in the log; a stop where the
// caller wants everybody logged out. For one thread.

#include <string>
#include <vector>

#include "base/machine/accounts.h"
#include "programs/agent/agent_log.h"

namespace rehome::agent {

struct PresenceCheck {
  std::string root = "/";
  std::vector<Account> accounts;  // whose state is captured or restored
  bool require_logged_out = false;
};

/// Throws Error(refused) with names where it must not be so.
void check_who_is_here(const PresenceCheck& check, AgentLog& log);

}  // namespace rehome::agent
