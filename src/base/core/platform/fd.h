// SPDX-License-Identifier: Apache-2.0
#pragma once
// An open file descriptor that closes itself, and how to make a system call that a signal may break off. For the few
// folders that may use POSIX. A UniqueFd belongs to one thread at a time; what it names may be used by many.

#include <cerrno>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "base/core/error.h"

namespace rehome::platform {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      close_now();
      fd_ = other.release();
    }
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { close_now(); }

  /// -1 where nothing is open.
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  // What close() reports is of no use here: data that must last was synced before.
  void close_now() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd_ = -1;
};

/// Repeats `call` while it returns -1 because of a signal.
template <typename Call>
auto retry_interrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

/// Returns `result`, or throws the Error of errno if it is -1. `attempt()` says what was tried ("open /etc/passwd");
/// it is called only then.
template <typename Result, typename Attempt>
Result checked(Result result, Attempt attempt) {
  if (result == -1) {
    const int cause = errno;
    throw system_error(cause, attempt());
  }
  return result;
}

}  // namespace rehome::platform
