// SPDX-License-Identifier: Apache-2.0
#include "base/boot/kernel_folders.h"

#include <array>
#include <fcntl.h>
#include <ranges>
#include <sys/mount.h>

#include "base/core/error.h"
#include "base/core/platform/fd.h"

namespace rehome::boot {

namespace {

constexpr std::array kNames = {"dev", "proc", "sys"};

}  // namespace

KernelFolders::KernelFolders(const std::string& root) {
  try {
    for (const char* name : kNames) mount_one(std::string("/") + name, root + "/" + name);
  } catch (...) {
    unmount_all();
    throw;
  }
}

KernelFolders::~KernelFolders() { unmount_all(); }

/// By the open folder, so that no link leads the mount elsewhere.
void KernelFolders::mount_one(const std::string& from, const std::string& at) {
  const platform::UniqueFd folder(::open(at.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return;
  const std::string opened = "/proc/self/fd/" + std::to_string(folder.get());
  platform::checked(::mount(from.c_str(), opened.c_str(), nullptr, MS_BIND | MS_REC, nullptr),
                    [&] { return "mount " + from + " at " + at; });
  ::mount(nullptr, at.c_str(), nullptr, MS_REC | MS_SLAVE, nullptr);  // what is unmounted here stays elsewhere
  mounted_.push_back(at);
}

void KernelFolders::unmount_all() {
  for (const std::string& each : mounted_ | std::views::reverse) ::umount2(each.c_str(), MNT_DETACH);
}

}  // namespace rehome::boot
