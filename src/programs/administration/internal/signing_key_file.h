// SPDX-License-Identifier: Apache-2.0
#pragma once
// The secret half of a key that signs deployed sequences, as `rehome sequence keygen` writes it. For one thread.

#include <string>

#include "base/codec/secret.h"

namespace rehome::administration {

/// Throws Error(refused) where others may read the file, and Error(invalid_argument) for the public half and anything
/// else.
Secret read_signing_key_file(const std::string& path);

}  // namespace rehome::administration
