// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which folder a capture goes to (C-F1…C-F5): a decision over plain values. What is counted and reserved is in the
// folders, what is free was looked at before.

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/core/error.h"
#include "site/migration_points.h"

namespace rehome::site {

/// By the folder's id: its space, or why it cannot be used.
using FolderSpaces = std::map<std::string, std::expected<FolderSpace, Error>>;
enum class Look { space, writable };  // the second also tries to write
FolderSpaces look_at_folders(const Site& site, Look look);

struct Wish {
  std::string address = {};
  std::uint64_t bytes = 0;
  std::optional<std::string> preferred = {};  // folder of the computer's vault
  std::set<std::string> own = {};             // folders where the computer is a client already
};

struct Choice {
  std::string point = {}, folder = {};
};

/// Otherwise an Error as request_capture() throws it.
std::expected<Choice, Error> choose_folder(const std::vector<MigrationPoint>& points, const FolderSpaces& spaces,
                                           const Wish& wish);

/// Why no computer that is new there would get this folder; nullopt where one that wants nothing would.
std::optional<Error> problem_of_folder(const std::vector<MigrationPoint>& points, const FolderSpaces& spaces,
                                       const Folder& folder);
/// Why `bytes` more cannot be promised in the folder; nullopt where they can.
std::optional<std::string> lack_of_room(const std::vector<MigrationPoint>& points, const FolderSpaces& spaces,
                                        const Folder& folder, std::uint64_t bytes);

/// In which order they are tried for a computer at `address`; those that do not serve it are left out.
std::vector<const MigrationPoint*> order_for(const std::vector<MigrationPoint>& points, const std::string& address);

}  // namespace rehome::site
