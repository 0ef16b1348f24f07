// SPDX-License-Identifier: Apache-2.0
#pragma once
// A Linux computer as a Machine: the running system or the root folder of another one, whatever it lies on.
// In: the root. Out: the parts, each beneath it. Called by the programs.

#include <memory>
#include <string>

#include "base/machine/machine.h"

namespace rehome {

/// "/" is the running system. Throws Error(not_found) where `root` is no folder.
std::unique_ptr<Machine> open_linux_machine(const std::string& root);

}  // namespace rehome
