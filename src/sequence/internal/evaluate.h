// SPDX-License-Identifier: Apache-2.0
#pragma once
// What conditions and texts mean on this computer now.

#include "sequence/run.h"

namespace rehome::sequence {

/// Throws Error(invalid_argument) where a variable has no value, or none that is a number.
bool holds(const Condition& condition, const Values& values, Host& host);

/// The same action with values in the place of variables.
Action with_values(const Action& action, const Values& values);
std::string with_values(const Text& text, const Values& values);

}  // namespace rehome::sequence
