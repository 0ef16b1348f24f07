// SPDX-License-Identifier: Apache-2.0
#pragma once
// One capture or restore under way, for whoever watches or stops it from another thread: the reporter on a terminal,
// the heartbeat of an agent.

#include <map>
#include <string>

#include "base/core/locked.h"
#include "model/progress.h"

namespace rehome::cli {

struct Work {
  Progress progress;
  Locked<std::map<AccountNumber, std::string>> names;  // printable; empty until the accounts are known
};

}  // namespace rehome::cli
