// SPDX-License-Identifier: Apache-2.0
#pragma once
// The header of a vault: everything that is needed besides a key to read it. Written twice when the vault is made,
// never changed. In: bytes that anybody may have changed. Out: a Header whose numbers are within limits.

#include <cstdint>
#include <vector>

#include "base/codec/chunker.h"
#include "base/codec/hash.h"
#include "flow/store/internal/ids.h"
#include "flow/store/internal/names.h"
#include "flow/store/vault.h"
#include "model/blob_store.h"
#include "model/capture.h"

namespace rehome::store {

/// Written into headers: never renumber, never reuse. A slot of a number that this program does not know is kept and
/// passed over.
enum class SlotType : std::uint8_t { passphrase = 1, key_file = 2, recovery_key = 3 };

struct KeySlot {
  SlotType type = SlotType::passphrase;
  Bytes payload;
  bool operator==(const KeySlot&) const = default;
};

struct Header {
  VaultId vault;
  StoreKind kind = StoreKind::compressed;
  bool encrypted = false;
  int compression_level = 3;
  ChunkSizes chunk_sizes;
  std::vector<KeySlot> slots;
  /// Keyed digest of all of the above, so that nobody without the key can change a parameter or drop a slot. Zeros
  /// where the vault is not encrypted.
  Digest key_check{};
};

/// What key_check is the digest of.
Bytes header_parameters(const Header& header);
Bytes encode_header(const Header& header);
/// Throws Error(corrupt), Error(unsupported_version) or Error(limit_exceeded).
Header decode_header(ByteView blob);

/// The first copy that is whole. Throws Error(not_found) where there is none at all, else what is wrong with one.
Header read_header(BlobStore& blobs);

/// Puts back a copy that is gone, damaged or other than `header`, which a key has proven. Only under the lock.
void heal_header(OwnedBlobStore& blobs, const Header& header);
/// Without a key: puts back a copy that is gone or damaged. Two that differ are left for somebody with a key to judge.
void heal_header(OwnedBlobStore& blobs);

/// What the seal of every piece is bound to, and nothing else: all that can be believed of a header whose key_check
/// cannot be checked, because only keys of single accounts are at hand.
Header sealed_part(const Header& header);

VaultInfo describe(const Header& header);

}  // namespace rehome::store
