// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
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

void keep_memory_private() { (void)::prctl(PR_SET_DUMPABLE, 0); }

}  // namespace rehome::platform
