// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a folder lands: under its own name, or beside what has that name and is no folder. Looks at the destination as
// it is now and changes nothing; no link is followed. Any thread.

#include <memory>
#include <string>
#include <string_view>

#include "flow/load/internal/territory.h"

namespace rehome::load {

struct FolderName {
  std::string name;
  bool is_there = false;
};

/// The name that a folder has or gets in `parent`: its own or a numbered one.
FolderName folder_name(Folder& parent, const std::string& name);

/// What `target` becomes; unchanged where nobody can look.
Target landing_of(const Territory& territory, const Target& target);

/// The folder at `path` beneath a base, the base itself for an empty one; null where there is none.
std::shared_ptr<Folder> open_beneath(const Base& base, std::string_view path);

}  // namespace rehome::load
