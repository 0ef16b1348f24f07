// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock that everybody takes who changes the account files of a Linux computer: a write lock on /etc/.pwd.lock, as
// lckpwdf(3) takes it, but beneath any root. useradd, passwd, vipw and systemd-sysusers wait for it, and so do we.

#include <chrono>

#include "base/machine/linux/internal/etc_lock.h"

namespace rehome::linux_etc {

class PasswordLock {
 public:
  /// Throws Error(busy) if another process, or another lock of this one, has it for longer than `patience`.
  PasswordLock(const linux_files::TreeRoot& root, std::chrono::milliseconds patience);

  static constexpr std::chrono::seconds kPatience{15};  // as lckpwdf

 private:
  EtcLock lock_;
};

}  // namespace rehome::linux_etc
