// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/etc_lock.h"

#include <cerrno>
#include <fcntl.h>

#include "base/core/error.h"

namespace rehome::linux_etc {

namespace {

using platform::checked;
using platform::retry_interrupted;

constexpr int kOpenFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

}  // namespace

EtcLock::EtcLock(const linux_files::TreeRoot& root, const std::string& name) : path_("/etc/" + name) {
  linux_files::TreeRoot::Place etc = root.find_folder("/etc");
  file_ = platform::UniqueFd(
      checked(retry_interrupted([&] { return ::openat(etc.folder.get(), name.c_str(), kOpenFlags, 0600); }),
              [&] { return "open " + path_; }));
}

/// A lock of the open file: it excludes the process-wide kind that others take and, unlike it, also a second one of
/// this process, and is not lost when somebody here closes the same file.
bool EtcLock::try_lock() {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (retry_interrupted([&] { return ::fcntl(file_.get(), F_OFD_SETLK, &lock); }) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  throw system_error(errno, "lock " + path_);
}

}  // namespace rehome::linux_etc
