// SPDX-License-Identifier: Apache-2.0
#include "programs/command/exit_code.h"

#include <array>

namespace rehome::cli {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return ExitCode::usage;
    case ErrorCode::not_found:
      return ExitCode::not_found;
    case ErrorCode::already_exists:
      return ExitCode::refused;
    case ErrorCode::permission_denied:
    case ErrorCode::read_only:
      return ExitCode::permission;
    case ErrorCode::no_space:
      return ExitCode::no_space;
    case ErrorCode::busy:
      return ExitCode::busy;
    case ErrorCode::io:
    case ErrorCode::unreachable:
      return ExitCode::io;
    case ErrorCode::corrupt:
    case ErrorCode::incomplete:
    case ErrorCode::limit_exceeded:
      return ExitCode::damaged;
    case ErrorCode::unsupported_version:
    case ErrorCode::unsupported:
      return ExitCode::unsupported;
    case ErrorCode::wrong_key:
      return ExitCode::wrong_key;
    case ErrorCode::cancelled:
      return ExitCode::cancelled;
    case ErrorCode::refused:
      return ExitCode::refused;
  }
  return ExitCode::bug;
}

std::span<const ExitCodeText> exit_codes() {
  static constexpr std::array kTexts = {
      ExitCodeText{ExitCode::success, "success"},
      ExitCodeText{ExitCode::bug, "a bug in rehome; please report it"},
      ExitCodeText{ExitCode::usage, "the command line makes no sense"},
      ExitCodeText{ExitCode::done_with_losses, "finished, but some objects were not taken or brought (see the report)"},
      ExitCodeText{ExitCode::cancelled, "ended by the user; the same command goes on where it stopped"},
      ExitCodeText{ExitCode::rules, "a rule file or task sequence is wrong, or rules would silently drop data"},
      ExitCodeText{ExitCode::not_found, "no such store, capture, user or path"},
      ExitCodeText{ExitCode::damaged, "the store is damaged or incomplete"},
      ExitCodeText{ExitCode::wrong_key, "no key was given, or none that opens the store"},
      ExitCodeText{ExitCode::no_space, "not enough room"},
      ExitCodeText{ExitCode::permission, "the operating system refused, or the volume is read-only"},
      ExitCodeText{ExitCode::refused, "a safety rule forbids it"},
      ExitCodeText{ExitCode::busy, "another process works on the store, or restores to the same computer"},
      ExitCodeText{ExitCode::io, "a device or system call failed, or a server cannot be reached"},
      ExitCodeText{ExitCode::unsupported, "this machine, volume or store format cannot do it"},
      ExitCodeText{ExitCode::step_failed, "a step of the task sequence failed, and with it the sequence"},
      ExitCodeText{ExitCode::restarting, "the task sequence goes on once the computer has started again"},
  };
  return kTexts;
}

}  // namespace rehome::cli
