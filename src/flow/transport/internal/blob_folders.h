// SPDX-License-Identifier: Apache-2.0
#pragma once
// The open sub-folders of a folder of blobs, each opened once. In: the folder part of a blob's name. Out: a handle that
// stays valid while somebody uses it. Any thread may call.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/core/locked.h"
#include "base/machine/file_tree.h"

namespace rehome::transport {

class BlobFolders {
 public:
  /// Shared, because the cache may drop a handle that another thread is just using.
  using Handle = std::shared_ptr<WritableFolder>;

  explicit BlobFolders(std::unique_ptr<WritableFolder> root) : root_(std::move(root)) {}

  const Handle& root() const { return root_; }
  /// `path` is a checked blob name or "" for the root. Null where the folder does not exist.
  Handle find(std::string_view path);
  /// Makes what is missing; the folder's own entry is durable when this returns.
  Handle make(std::string_view path);
  void forget();

 private:
  struct Known {
    Handle folder;
    bool durable = false;  // its entry in its parent was synced by us
  };
  using ByPath = std::map<std::string, Known, std::less<>>;

  Known* open(ByPath& known, std::string_view path);
  Handle make_in(ByPath& known, std::string_view path);

  Handle root_;
  Locked<ByPath> known_;
};

/// "packs/7/3f" is "packs/7" and "3f".
struct SplitName {
  std::string_view folder;
  std::string_view leaf;
};
SplitName split(std::string_view path);

}  // namespace rehome::transport
