// SPDX-License-Identifier: Apache-2.0
#pragma once
// A write lock on a file in /etc, beneath any root, which is made where it is missing. It goes with the object and with
// the process; the file stays, because who removes a lock's file takes it from under whoever waits for it. One thread.

#include <string>

#include "base/core/platform/fd.h"
#include "base/machine/linux/internal/tree_root.h"

namespace rehome::linux_etc {

class EtcLock {
 public:
  /// Opens the file and takes no lock. Throws Error; a link in its place is followed by nobody.
  EtcLock(const linux_files::TreeRoot& root, const std::string& name);

  /// False while another process, or another lock of this one, has it.
  bool try_lock();

 private:
  std::string path_;
  platform::UniqueFd file_;
};

}  // namespace rehome::linux_etc
