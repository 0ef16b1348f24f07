// SPDX-License-Identifier: Apache-2.0
#pragma once
// The names of variables that a sequence knows without being told: those of Configuration Manager's user state steps
// (rows C-T1 to C-T27), and those that this program sets. Compared without case. Pure; any thread.

#include <span>
#include <string>
#include <string_view>

namespace rehome::sequence {

enum class VariableUse {
  step,       // a step of user state reads it
  engine,     // this program sets it; a sequence may only read it
  carried,    // understood and kept for the steps of others, as the computer's name
  no_effect,  // asks for what always is so, or cannot be on Linux
};

struct KnownVariable {
  std::string_view name;
  VariableUse use = VariableUse::step;
  bool is_secret = false;  // never in a file that others read, on a command line or in a log
};

std::span<const KnownVariable> known_variables();
/// Null where no variable is so called.
const KnownVariable* find_known_variable(std::string_view name);

}  // namespace rehome::sequence
