// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/password_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

#include "base/machine/linux/internal/test_root.h"

namespace rehome::linux_etc {
namespace {

using std::chrono::milliseconds;

class PasswordLocks : public testing::Test {
 protected:
  PasswordLocks() { root_.folder("/etc"); }
  std::optional<ErrorCode> failure() {
    try {
      PasswordLock lock(linux_files::TreeRoot(root_.path()), milliseconds(1));
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  }
  TestRoot root_;
};

TEST_F(PasswordLocks, ExcludeEachOtherInOneProcess) {
  {
    PasswordLock held(linux_files::TreeRoot(root_.path()), milliseconds(1));
    EXPECT_EQ(failure(), ErrorCode::busy);
  }
  EXPECT_EQ(failure(), std::nullopt) << "released";
  EXPECT_EQ(std::filesystem::status(root_.at("/etc/.pwd.lock")).permissions(), std::filesystem::perms(0600));
}

/// What lckpwdf does, in another process, with its end as the release.
TEST_F(PasswordLocks, WaitForThoseWhoLockAsTheCLibraryDoes) {
  int to_child[2];
  int to_parent[2];
  ASSERT_EQ(::pipe(to_child) | ::pipe(to_parent), 0);
  const std::string path = root_.at("/etc/.pwd.lock");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::close(to_child[1]);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    const char answer = ::fcntl(fd, F_SETLKW, &lock) == 0 ? 'y' : 'n';
    char end = 0;
    const bool said = ::write(to_parent[1], &answer, 1) == 1;
    ::_exit(said && ::read(to_child[0], &end, 1) == 0 ? 0 : 1);
  }
  char answer = 0;
  ASSERT_EQ(::read(to_parent[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  EXPECT_EQ(failure(), ErrorCode::busy);
  for (int fd : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) ::close(fd);
  EXPECT_NO_THROW(PasswordLock(linux_files::TreeRoot(root_.path()), PasswordLock::kPatience)) << "waits for its end";
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(PasswordLocks, FollowNoLinkThatSomebodyPutThere) {
  root_.link("/etc/.pwd.lock", root_.path() + "/elsewhere");
  EXPECT_NE(failure(), std::nullopt);
  EXPECT_FALSE(root_.exists("/elsewhere"));
}

}  // namespace
}  // namespace rehome::linux_etc
