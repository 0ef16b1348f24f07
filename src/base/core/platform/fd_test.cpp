// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>

namespace rehome::platform {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

TEST(UniqueFd, ClosesWhatItHolds) {
  int number = -1;
  {
    const UniqueFd fd(::open("/", O_PATH | O_CLOEXEC));
    number = fd.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(UniqueFd, MovesWithoutClosingAndClosesWhatIsReplaced) {
  UniqueFd first(::open("/", O_PATH | O_CLOEXEC));
  UniqueFd second(::open("/", O_PATH | O_CLOEXEC));
  const int kept = first.get();
  const int replaced = second.get();
  second = std::move(first);
  EXPECT_EQ(second.get(), kept);
  EXPECT_TRUE(is_open(kept));
  EXPECT_FALSE(is_open(replaced));
}

TEST(RetryInterrupted, RepeatsOnlyAfterASignal) {
  int calls = 0;
  const auto interrupted_twice = [&] {
    errno = EINTR;
    return ++calls < 3 ? -1 : 7;
  };
  EXPECT_EQ(retry_interrupted(interrupted_twice), 7);
  EXPECT_EQ(calls, 3);
  const auto failing = [] {
    errno = EIO;
    return -1;
  };
  EXPECT_EQ(retry_interrupted(failing), -1);
}

TEST(Checked, NamesWhatWasTried) {
  errno = ENOENT;
  try {
    checked(-1, [] { return std::string("open /nowhere"); });
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_EQ(error.system_code(), ENOENT);
    EXPECT_EQ(error.message(), "cannot open /nowhere: No such file or directory");
  }
}

}  // namespace
}  // namespace rehome::platform
