// SPDX-License-Identifier: Apache-2.0
#pragma once
// One walk from the root of a tree along a path, link by link, as openat2(RESOLVE_IN_ROOT) does it, but for paths of
// any length and on any kernel, with the path that it really took as a result, and with an end: whoever owns a folder
// can make a way in it that takes hours. One thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/platform/fd.h"

namespace rehome::linux_files {

class PathWalk {
 public:
  explicit PathWalk(int root) : root_(root) {}

  /// 0, or the errno that ended it. ELOOP above kMostLinks, ENAMETOOLONG above kMostSteps, EINVAL if the path does not
  /// begin with '/' or has a NUL. Call it once.
  /// With `last_may_be_file` a last component of any kind is an end too.
  int go(std::string_view path, bool last_may_be_file);

  /// The folder where it ended, O_PATH; the file's folder if it ended at a file.
  int folder() const { return here_ ? here_.get() : root_; }
  platform::UniqueFd take_folder();
  /// The way without links; from the component of the path that ended it on, if one did, as the path has it.
  std::string path() const;

  static constexpr int kMostLinks = 40;  // as the kernel
  static constexpr int kMostSteps = 8192;

 private:
  void add_pending(std::string_view path);
  int take_step(bool last_may_be_file);
  int step(const std::string& name, bool may_be_file);
  int enter(const char* name);
  int follow(const std::string& name, bool may_be_file);
  int go_up();

  int root_;
  platform::UniqueFd here_;                              // empty at the root
  std::vector<std::string> names_;                       // from the root to where it is
  std::vector<std::string> pending_;                     // what is to come, last first
  std::vector<std::string> rest_;                        // of the path, what has no place yet, last first
  std::optional<std::vector<std::string>> before_link_;  // names_ when the first of rest_ turned out to be a link
  int links_ = 0;
  int steps_ = 0;
};

}  // namespace rehome::linux_files
