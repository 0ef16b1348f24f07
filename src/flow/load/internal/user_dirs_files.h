// SPDX-License-Identifier: Apache-2.0
#pragma once
// The captured settings that say where accounts have their known folders (user-dirs.dirs). In: these files, which may
// say anything. Out: where the folders should land, and then the files as they have to be to say where they do. One
// thread.

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "flow/load/internal/findings.h"
#include "flow/load/internal/territory.h"
#include "model/object.h"

namespace rehome::load {

constexpr std::size_t kLargestUserDirsFile = 65536;

using UserDirsTexts = std::map<Location, std::string>;

/// By the files' places; at most one for each account. What cannot be read, or is too large to be what its name says,
/// is left out: restoring it will say what is wrong.
UserDirsTexts read_user_dirs(const CapturedState& state, const std::vector<Object>& files);

/// Where the accounts' own settings want the folders, if they have none at this destination.
FolderOverrides wishes_of(const UserDirsTexts& texts, const CaptureInfo& info, const AccountMapping& mapping,
                          Machine& destination);

/// Accounts and the known folders of theirs that hold something.
using HeldFolders = std::set<std::pair<AccountNumber, KnownFolder>>;

/// The texts that have to change so that the folders in `held` are where they say. What changes is a finding.
UserDirsTexts settle_user_dirs(const UserDirsTexts& texts, const HeldFolders& held, const Territory& territory,
                               Machine& destination, Findings& findings);

}  // namespace rehome::load
