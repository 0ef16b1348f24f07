// SPDX-License-Identifier: Apache-2.0
#pragma once
// A squashfs image as a folder, through the kernel. It is mounted nowhere: the mount hangs on a descriptor of this
// process, and goes with it, whatever ends it. Needs the rights of root. One thread.

#include <memory>
#include <string>

#include "base/core/platform/fd.h"

namespace rehome::archive {

class SquashfsMount {
 public:
  /// Throws Error(unsupported) where this system has no squashfs or no loop devices, Error(corrupt) where the image
  /// cannot be one.
  explicit SquashfsMount(const std::string& path);

  /// A path of this process that leads into it.
  std::string folder() const;

 private:
  platform::UniqueFd device_;
  platform::UniqueFd mount_;
};

}  // namespace rehome::archive
