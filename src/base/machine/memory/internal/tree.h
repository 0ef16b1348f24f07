// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the open files and folders of a fake machine share. Outlives all of them.

#include <atomic>
#include <cstdint>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "base/machine/memory/failures.h"
#include "base/machine/memory/internal/tree_state.h"

namespace rehome::memory {

struct Tree {
  Tree(MachineFlavour flavour, const Clock& clock) : state(flavour, clock) {}

  Locked<TreeState> state;
  Failures failures;
  std::atomic<std::uint64_t> next_lock{1};
  std::atomic<std::uint64_t> next_temporary{0};  // 16 digits at most
  std::atomic<std::uint64_t> open_folders{0};
  std::atomic<std::uint64_t> open_files{0};
};

/// Throws Error(invalid_argument) unless it is one component.
void check_name(std::string_view name);
MachinePath join(const MachinePath& folder, std::string_view name);
/// The Error of a failed operation on `path`.
Error failure(int errno_value, Operation operation, const MachinePath& path);

}  // namespace rehome::memory
