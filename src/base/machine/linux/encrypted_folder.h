// SPDX-License-Identifier: Apache-2.0
#pragma once
// Folders that the file system itself encrypts (fscrypt). Any thread.

#include "base/machine/file_tree.h"

namespace rehome {

/// Whether what lies in this folder of the running system is encrypted, be it locked or open at the moment. No link is
/// followed at the end. False where it cannot be looked at.
bool is_encrypted_folder(const MachinePath& path);

}  // namespace rehome
