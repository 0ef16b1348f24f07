// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folders of the target, reached name by name from its top. In: paths of an image that may be hostile. Out: open
// folders that are surely beneath the top, on its volume, and not protected. One thread.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome::archive {

/// The names of a path, without "." and empty ones. Throws Error(refused) for an absolute path and for "..".
std::vector<std::string> names_of(std::string_view path);

class TargetFolders {
 public:
  TargetFolders(WritableFolder& top, const std::vector<std::string>& protected_names);

  /// Whether it is a protected name at the top, or beneath one.
  bool is_protected(const std::vector<std::string>& names) const;
  /// The folder that `names` lead to, made where it is missing (and `create`). Valid until the next call.
  /// Throws Error(refused) where a link, a mount or a protected name is on the way, Error(not_found) where one is
  /// missing.
  WritableFolder& open(std::span<const std::string> names, bool create);
  WritableFolder& top() { return top_; }
  /// Throws Error(refused) where `name` in `folder` is where another volume is mounted.
  void check_no_mount(const NodeInfo& node, const std::string& path) const;

 private:
  struct Level {
    std::string name;
    std::unique_ptr<WritableFolder> folder;
  };
  std::unique_ptr<WritableFolder> enter(WritableFolder& parent, const std::string& name, const std::string& path,
                                        bool create);

  WritableFolder& top_;
  NodeInfo top_info_;
  std::vector<std::string> protected_names_;
  std::vector<Level> levels_;  // from the top to where the last entry was
};

}  // namespace rehome::archive
