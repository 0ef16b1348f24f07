// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands that work on one computer and its stores, without a site.

#include "programs/command/command.h"

namespace rehome::cli {

CommandTable commands();

}  // namespace rehome::cli
