// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/landing.h"

#include "base/core/error.h"
#include "base/machine/shell_text.h"
#include "flow/load/internal/collision.h"
#include "flow/load/internal/folder_cache.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

std::shared_ptr<Folder> open_path(std::shared_ptr<Folder> folder, std::string_view path) {
  for (const std::string_view name : split_text(path, '/')) {
    if (name.empty()) continue;
    if (look(*folder, name).kind != NodeKind::folder) return nullptr;
    folder = folder->open_folder(name);
  }
  return folder;
}

std::string landed_path(std::shared_ptr<Folder> folder, std::string_view path) {
  std::string landed;
  for (const std::string_view name : split_text(path, '/')) {
    const FolderName found = folder ? folder_name(*folder, std::string(name)) : FolderName{std::string(name)};
    landed = join(landed, found.name);
    folder = found.is_there ? folder->open_folder(found.name) : nullptr;
  }
  return landed;
}

}  // namespace

FolderName folder_name(Folder& parent, const std::string& name) {
  for (std::uint32_t n = 0; n <= kMostNumberedNames; ++n) {
    std::string candidate = numbered_name(name, n, NodeKind::folder);
    const NodeKind there = look(parent, candidate).kind;
    if (there == NodeKind::folder || there == NodeKind::unknown) {
      return {std::move(candidate), there == NodeKind::folder};
    }
  }
  throw Error(ErrorCode::already_exists, "every name for the folder " + printable(name) + " is taken");
}

Target landing_of(const Territory& territory, const Target& target) {
  try {
    auto base = open_beneath(territory.bases()[target.base], "");
    return base ? Target{target.base, landed_path(std::move(base), target.rest)} : target;
  } catch (const Error&) {
    return target;
  }
}

std::shared_ptr<Folder> open_beneath(const Base& base, std::string_view path) {
  return open_path(base.place.folder, join(base.place.missing, path));
}

}  // namespace rehome::load
