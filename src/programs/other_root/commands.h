// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands `other-root …`: the other root from which a system is replaced, by hand. A task sequence does the same
// by its step enter-other-root. For main.cpp.

#include <optional>
#include <string>
#include <vector>

#include "programs/command/command.h"

namespace rehome::other_root {

cli::CommandTable commands();

/// The kernel starts the init of an initramfs without words that are for it. In: the arguments of main(). Out: the
/// words of the command line that it stands for, where this process is that init.
std::optional<std::vector<std::string>> words_of_init(const char* program);

}  // namespace rehome::other_root
