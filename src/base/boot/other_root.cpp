// SPDX-License-Identifier: Apache-2.0
#include "base/boot/other_root.h"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/boot/internal/file_copy.h"
#include "base/boot/internal/init.h"
#include "base/boot/internal/init_plan.h"
#include "base/core/error.h"

namespace rehome::boot {

bool is_in_other_root() {
  struct statfs root{};
  if (::statfs("/", &root) != 0 || (root.f_type != RAMFS_MAGIC && root.f_type != TMPFS_MAGIC)) return false;
  return ::access((std::string("/") + kPlanFile).c_str(), R_OK) == 0;
}

std::string boot_id() {
  std::string id = read_line("/proc/sys/kernel/random/boot_id");
  if (id.empty()) throw Error(ErrorCode::unsupported, "the kernel does not say which start of it this is; mount /proc");
  return id;
}

void run_init(const InitTimes& times) {
  if (::getpid() != 1) {
    throw Error(ErrorCode::refused,
                "this is what the first process of an initramfs does, which is made by \"rehome "
                "other-root image\"; it would restart this computer");
  }
  Init init(times);
  init.run();
}

}  // namespace rehome::boot
