// SPDX-License-Identifier: Apache-2.0
#pragma once
// One computer seen through interfaces. Every stage runs against any implementation: the running Linux system, the
// root folder of another, an offline Windows volume, or the in-memory fake with its injectable failures.

#include "base/machine/accounts.h"
#include "base/machine/environment.h"
#include "base/machine/file_tree.h"
#include "base/machine/registry.h"

namespace rehome {

enum class MachineFlavour {
  linux,    // '/' separates, '\' is a byte of a name, case counts
  windows,  // '\' and '/' both separate in rules, names compare without case, drives
};

class Machine {
 public:
  virtual ~Machine() = default;
  virtual MachineFlavour flavour() const = 0;
  /// True for the system this process runs in; false for a foreign root, an offline volume and the fake.
  virtual bool is_running_system() const = 0;
  virtual FileTree& files() = 0;
  virtual Accounts& accounts() = 0;
  virtual Environment& environment() = 0;
  /// Null where there is none.
  virtual Registry* registry() = 0;
};

}  // namespace rehome
