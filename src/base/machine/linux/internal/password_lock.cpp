// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/password_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <thread>

#include "base/core/error.h"

namespace rehome::linux_etc {

namespace {

using platform::checked;
using platform::retry_interrupted;

constexpr std::chrono::milliseconds kPause{50};
constexpr int kOpenFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

/// A lock of the open file: it excludes the process-wide kind that others take and, unlike it, also a second one of
/// this process, and is not lost when somebody here closes the same file.
bool try_lock(int fd) {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (retry_interrupted([&] { return ::fcntl(fd, F_OFD_SETLK, &lock); }) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  throw system_error(errno, "lock /etc/.pwd.lock");
}

}  // namespace

PasswordLock::PasswordLock(const linux_files::TreeRoot& root, std::chrono::milliseconds patience) {
  linux_files::TreeRoot::Place etc = root.find_folder("/etc");
  file_ = platform::UniqueFd(
      checked(retry_interrupted([&] { return ::openat(etc.folder.get(), ".pwd.lock", kOpenFlags, 0600); }),
              [] { return "open /etc/.pwd.lock"; }));
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!try_lock(file_.get())) {
    if (std::chrono::steady_clock::now() >= deadline) {
      throw Error(ErrorCode::busy,
                  "another program has been changing the accounts of this computer for too long (it holds "
                  "/etc/.pwd.lock); try again when it has ended");
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace rehome::linux_etc
