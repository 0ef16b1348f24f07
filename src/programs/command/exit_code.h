// SPDX-License-Identifier: Apache-2.0
#pragma once
// Exit codes are a promise to scripts: one class of failure each, listed in `rehome --help` and the manual.

#include <span>
#include <string_view>

#include "base/core/error.h"

namespace rehome::cli {

enum class ExitCode {
  success = 0,
  bug = 1,               // not expected to happen; please report
  usage = 2,             // the command line makes no sense
  done_with_losses = 3,  // finished, but some objects were not taken or brought: see the report
  cancelled = 4,         // ended by the user; running the same command again goes on
  rules = 5,             // a rule file or task sequence is wrong, or rules would drop data
  not_found = 6,         // no such store, capture, user or path
  damaged = 7,           // the store is damaged or incomplete
  wrong_key = 8,         // no key, or none that opens the store
  no_space = 9,          // not enough room
  permission = 10,       // the operating system refused, or the volume is read-only
  refused = 11,          // a safety rule forbids it
  busy = 12,             // another process works on the store, or restores to the same computer
  io = 13,               // a device or system call failed, or a server cannot be reached
  unsupported = 14,      // this machine, volume or store format cannot do it
  step_failed = 15,      // a step of the task sequence failed, and with it the sequence
  restarting = 16,       // the task sequence goes on once the computer has started again
};

ExitCode exit_code_of(ErrorCode code);

struct ExitCodeText {
  ExitCode code;
  std::string_view meaning;
};
std::span<const ExitCodeText> exit_codes();

}  // namespace rehome::cli
