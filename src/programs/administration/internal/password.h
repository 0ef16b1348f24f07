// SPDX-License-Identifier: Apache-2.0
#pragma once
// Passwords of people: typed on the terminal, or in a file; never on a command line, which everybody can read.

#include <string>

#include "base/codec/secret.h"
#include "programs/command/surroundings.h"

namespace rehome::administration {

/// From the first line of `file`, or asked for where that is "". Throws Error(wrong_key) without a terminal.
Secret password(const std::string& file, const std::string& question, cli::Surroundings& surroundings);
/// Asked for twice.
Secret new_password(const std::string& file, const std::string& question, cli::Surroundings& surroundings);

}  // namespace rehome::administration
