// SPDX-License-Identifier: Apache-2.0
#pragma once
// The first look through a store's catalog, before anything is written: how much is to come, and what accounts' own
// settings say about their known folders. One thread.

#include <vector>

#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/needs.h"
#include "flow/load/internal/user_dirs_files.h"
#include "model/progress.h"

namespace rehome::load {

struct Totals {
  std::uint64_t objects = 0;
  std::uint64_t content_bytes = 0;
  Needs needs;  // if nothing is there yet and nothing can be linked
  HeldFolders known_folders;
  UserDirsTexts user_dirs;
};

/// The accounts of a restore, and the system.
std::vector<AccountNumber> numbers_of(const AccountMapping& mapping);

/// What a restore will come across. Throws Error(cancelled).
Totals survey(const CapturedState& state, const AccountMapping& mapping, const Progress& progress);

}  // namespace rehome::load
