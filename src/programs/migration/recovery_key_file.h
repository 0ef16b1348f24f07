// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two files of a recovery key pair. Each is one line that begins with what it is, so that the secret half is never
// taken for the public one, which goes into the header of every store in clear.

#include <string>

#include "base/codec/sealed_box.h"
#include "base/codec/secret.h"

namespace rehome::cli {

std::string text_of_public_key(const PublicKey& key);
Secret text_of_recovery_secret(const Secret& secret_key);

/// Of the public half in that file of the running system. Throws Error(refused) for the secret half, and
/// Error(invalid_argument) for anything else.
PublicKey read_public_key_file(const std::string& path);
/// As read_public_key_file, the other way round; nobody but its owner may read the file.
Secret read_recovery_secret_file(const std::string& path);

}  // namespace rehome::cli
