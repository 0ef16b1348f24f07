// SPDX-License-Identifier: Apache-2.0
#pragma once
// Empties a folder, however deep and hostile. In: the open folder. Out: nothing left in it. One thread.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/core/platform/fd.h"

namespace rehome::boot {

/// The folder `name` in `parent`, which is no link, no mount and no subvolume of its own. Throws Error(refused) where
/// it is; `path` is for messages.
platform::UniqueFd open_own_folder(int parent, const std::string& name, const std::string& path);
/// Names in an open folder, at most `most` of them.
std::vector<std::string> names_in(int folder, std::size_t most);
/// Calls `call` until it does not return -1: without the flags of `name` and of `folder` that may forbid it, where it
/// fails so. Throws Error.
void do_without_flags(int folder, const std::string& name, const std::string& path, const std::function<int()>& call);

class TreeRemover {
 public:
  /// `root` is emptied; both callbacks as in WipeOptions.
  TreeRemover(int root, const std::function<void(std::uint64_t)>& on_progress, const std::function<bool()>& cancelled)
      : root_(root), on_progress_(on_progress), cancelled_(cancelled) {}

  void run();
  std::uint64_t removed() const { return removed_; }

 private:
  void empty(int folder, const std::string& path, int depth);
  void remove(int folder, const std::string& name, const std::string& path, int depth);
  void move_to_top(int folder, const std::string& name, const std::string& path);
  void count();

  int root_;
  const std::function<void(std::uint64_t)>& on_progress_;
  const std::function<bool()>& cancelled_;
  std::uint64_t removed_ = 0;
  std::uint64_t moved_ = 0;
};

}  // namespace rehome::boot
