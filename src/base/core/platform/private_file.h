// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files for their owner alone, for libraries that make files by themselves and with the rights of the umask.

#include <string>

namespace rehome::platform {

/// Makes an empty file with mode 0600 where there is none. From one that is there it takes what others may do with it;
/// that one is not opened, since closing it would end the locks that this process has on it. Throws Error.
void make_private_file(const std::string& path);

}  // namespace rehome::platform
