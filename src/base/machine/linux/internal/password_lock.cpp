// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/password_lock.h"

#include <thread>

#include "base/core/error.h"

namespace rehome::linux_etc {

namespace {

constexpr std::chrono::milliseconds kPause{50};

}  // namespace

PasswordLock::PasswordLock(const linux_files::TreeRoot& root, std::chrono::milliseconds patience)
    : lock_(root, ".pwd.lock") {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!lock_.try_lock()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      throw Error(ErrorCode::busy,
                  "another program has been changing the accounts of this computer for too long (it holds "
                  "/etc/.pwd.lock); try again when it has ended");
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace rehome::linux_etc
