// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/target_folders.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/machine/existing_node.h"

namespace rehome::archive {

namespace {

constexpr std::uint32_t kUsualFolderMode = 0755;  // of a folder that an archive does not hold itself

std::string joined(std::span<const std::string> names) {
  std::string path;
  for (const std::string& name : names) path.append(path.empty() ? "" : "/").append(name);
  return path;
}

}  // namespace

std::vector<std::string> names_of(std::string_view path) {
  const auto refuse = [&](const char* why) {
    throw Error(ErrorCode::refused, "the image holds \"" + std::string(path) + "\", " + why +
                                        "; nobody makes an image of a system that way: do not trust this one");
  };
  if (path.starts_with('/')) refuse("which is an absolute name");
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view name = path.substr(at, end - at);
    if (name == "..") refuse("which leads out of its folder");
    if (!name.empty() && name != ".") names.emplace_back(name);
    at = end + 1;
  }
  return names;
}

TargetFolders::TargetFolders(WritableFolder& top, const std::vector<std::string>& protected_names)
    : top_(top), top_info_(top.inspect_self()), protected_names_(protected_names) {}

bool TargetFolders::is_protected(const std::vector<std::string>& names) const {
  return !names.empty() && std::ranges::count(protected_names_, names.front()) > 0;
}

void TargetFolders::check_no_mount(const NodeInfo& node, const std::string& path) const {
  if (node.device == top_info_.device && node.mount == top_info_.mount) return;
  throw Error(ErrorCode::refused, "another volume is mounted at " + path +
                                      " in the target, and an image is applied to one volume only; unmount it first");
}

std::unique_ptr<WritableFolder> TargetFolders::enter(WritableFolder& parent, const std::string& name,
                                                     const std::string& path, bool create) {
  const std::optional<NodeInfo> there = existing_node(parent, name);
  if (!there && create) {
    std::unique_ptr<WritableFolder> made = parent.create_and_open_folder(name);
    Metadata metadata = made->inspect_self().metadata;
    metadata.mode = kUsualFolderMode;
    made->set_own_metadata(metadata);
    return made;
  }
  if (there && there->kind != NodeKind::folder) {
    throw Error(ErrorCode::refused, "the image holds something beneath " + path + ", which is a " +
                                        std::string(name_of(there->kind)) +
                                        "; nobody makes an image of a system that way: do not trust this one");
  }
  std::unique_ptr<WritableFolder> folder = parent.open_folder_for_writing(name);
  check_no_mount(folder->inspect_self(), path);
  return folder;
}

WritableFolder& TargetFolders::open(std::span<const std::string> names, bool create) {
  if (is_protected({names.begin(), names.end()})) {
    throw Error(ErrorCode::refused, joined(names) + " in the target is protected, and the image would change it");
  }
  std::size_t same = 0;
  while (same < levels_.size() && same < names.size() && levels_[same].name == names[same]) ++same;
  levels_.resize(same);
  for (std::size_t i = same; i < names.size(); ++i) {
    WritableFolder& parent = levels_.empty() ? top_ : *levels_.back().folder;
    levels_.push_back({names[i], enter(parent, names[i], joined(names.first(i + 1)), create)});
  }
  return levels_.empty() ? top_ : *levels_.back().folder;
}

}  // namespace rehome::archive
