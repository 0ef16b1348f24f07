// SPDX-License-Identifier: Apache-2.0
#pragma once
// A program that a system starts once it runs: a unit of systemd. In: the root folder of the system, "/" or where a
// new one was just put; it may be hostile, nothing is written outside of it. Called when a task sequence has to go on
// after a restart. One thread.

#include <string>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome::boot {

struct StartUnit {
  std::string name;  // "rehome-sequence", without ".service"
  std::string description;
  std::vector<std::string> words;  // the program and its arguments
  std::string only_if_exists;      // a file
};

/// Replaces one of that name. Durable when it returns. Throws Error(unsupported) where the system has no systemd.
void install_start_unit(const MachinePath& root, const StartUnit& unit);
/// Does nothing where there is none.
void remove_start_unit(const MachinePath& root, const std::string& name);

}  // namespace rehome::boot
