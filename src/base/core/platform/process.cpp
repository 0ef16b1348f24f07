// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/process.h"

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rehome::platform {

std::uint32_t effective_user_id() { return ::geteuid(); }

std::uint32_t effective_group_id() { return ::getegid(); }

std::uint64_t raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

void survive_file_size_limit() { (void)std::signal(SIGXFSZ, SIG_IGN); }

void keep_memory_private() { (void)::prctl(PR_SET_DUMPABLE, 0); }

void lower_priority(int nice, IoPriority io_priority) {
  (void)::setpriority(PRIO_PROCESS, 0, nice);
  if (io_priority == IoPriority::normal) return;
  // ioprio_set(2) has no wrapper: class in the upper bits, level 0 to 7 in the lower ones.
  constexpr int kWhoThread = 1, kClassShift = 13, kBestEffort = 2, kIdle = 3, kLowestLevel = 7;
  const int value =
      io_priority == IoPriority::lowest ? kIdle << kClassShift : kBestEffort << kClassShift | kLowestLevel;
  (void)::syscall(SYS_ioprio_set, kWhoThread, 0, value);
}

}  // namespace rehome::platform
