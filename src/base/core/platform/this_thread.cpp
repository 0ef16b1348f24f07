// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/this_thread.h"

#include <pthread.h>
#include <sched.h>
#include <string>

namespace rehome::platform {

std::size_t available_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
  return static_cast<std::size_t>(CPU_COUNT(&set));
}

void name_this_thread(std::string_view name) {
  pthread_setname_np(pthread_self(), std::string(name.substr(0, 15)).c_str());
}

}  // namespace rehome::platform
