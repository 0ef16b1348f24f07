// SPDX-License-Identifier: Apache-2.0
#pragma once
// /dev, /proc and /sys of the running kernel in another root, for programs that are run in it: what a boot loader needs
// to be installed. For one thread.

#include <string>
#include <vector>

namespace rehome::boot {

class KernelFolders {
 public:
  /// Mounts them where the root has folders of these names. Throws Error.
  explicit KernelFolders(const std::string& root);
  ~KernelFolders();
  KernelFolders(const KernelFolders&) = delete;
  KernelFolders& operator=(const KernelFolders&) = delete;

 private:
  void mount_one(const std::string& from, const std::string& at);
  void unmount_all();

  std::vector<std::string> mounted_;
};

}  // namespace rehome::boot
