// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/process.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace rehome::platform {
namespace {

TEST(Process, KnowsWhoItIs) {
  EXPECT_EQ(effective_user_id(), ::geteuid());
  EXPECT_EQ(effective_group_id(), ::getegid());
}

TEST(Process, RaisesItsOpenFileLimitToWhatIsAllowed) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{.rlim_cur = 100, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_open_file_limit(), before.rlim_max);
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Process, KeepsItsMemoryFromCoreFiles) {
  keep_memory_private();
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 0);
  ::prctl(PR_SET_DUMPABLE, 1);
}

}  // namespace
}  // namespace rehome::platform
