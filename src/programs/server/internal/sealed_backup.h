// SPDX-License-Identifier: Apache-2.0
#pragma once
// The file of a backup: "rehome site backup 1\n", a box for the site's recovery key with the key of this file in it,
// and frames: length (u32, little-endian) and AES-256-GCM. A frame's counter is its place, its associated byte 1 in the
// last one and else 0, so that nothing can be cut off, left out or moved. Any thread.

#include <string>

#include "base/codec/sealed_box.h"
#include "base/core/random.h"

namespace rehome::server {

Bytes seal_backup(const PublicKey& recipient, ByteView plain, Random& random);
/// Error(unsupported_version): of a newer program; Error(wrong_key); Error(corrupt): damaged, cut, or no backup.
Secret open_backup(const Secret& recovery_secret, ByteView file);

}  // namespace rehome::server
