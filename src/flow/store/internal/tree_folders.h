// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folders of one tree, the last used ones kept open: a file in a folder that was just used costs no walk down. At
// most twice kMostRecent handles are open, however large the tree is. Any thread may call.

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/core/locked.h"
#include "base/machine/file_tree.h"

namespace rehome::store {

class TreeFolders {
 public:
  /// Shared, because it may be dropped here while another thread is using it.
  using Handle = std::shared_ptr<WritableFolder>;

  explicit TreeFolders(Handle root) : root_(std::move(root)) {}
  const Handle& root() const { return root_; }

  /// `path` has '/' between components, "" is the root. Null where there is no such folder.
  Handle find(std::string_view path);
  /// Makes what is missing. Error(not_found) where something is in the way that is no folder: nothing but a folder of
  /// the source has that path in a capture.
  Handle make(std::string_view path);

 private:
  static constexpr std::size_t kMostRecent = 64;
  using ByPath = std::map<std::string, Handle, std::less<>>;
  struct Generations {
    ByPath recent;
    ByPath older;
  };
  using Step = Handle (*)(WritableFolder& parent, std::string_view name);

  Handle walk(std::string_view path, Step step);
  Handle known(std::string_view path);
  void remember(std::string_view path, const Handle& folder);

  Handle root_;
  Locked<Generations> known_;
};

}  // namespace rehome::store
