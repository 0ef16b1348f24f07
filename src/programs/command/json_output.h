// SPDX-License-Identifier: Apache-2.0
#pragma once
// What --json prints.

#include "base/codec/json.h"
#include "programs/command/command.h"

namespace rehome::cli {

/// The one document of a command, on stdout. Its form is a promise: names in order, two blanks for each level.
void print_json(const Json& document, Context& context);

}  // namespace rehome::cli
