// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two clear marks of a capture. "started" is its first blob. "complete", its last, is the manifest: which segments
// and packs belong to it, by account number and without a name, so that whoever keeps the blobs can tell who may have
// which, that nothing is missing, and what may be deleted. It is written twice, and either copy is enough.

#include <cstdint>
#include <vector>

#include "base/codec/hash.h"
#include "base/core/clock.h"
#include "flow/store/internal/ids.h"
#include "flow/store/internal/names.h"
#include "model/blob_store.h"
#include "model/capture.h"

namespace rehome::store {

/// In the order of their beginning; clocks are wrong too often to order captures by.
using CaptureSequence = std::uint64_t;

struct CaptureStart {
  CaptureId capture;
  CaptureSequence sequence = 0;
  Timestamp started;
  bool operator==(const CaptureStart&) const = default;
};

Bytes encode_start(const CaptureStart& start);
/// Throws Error(corrupt), Error(unsupported_version).
CaptureStart decode_start(ByteView blob, const CaptureId& capture);

struct StoredSegment {
  std::uint32_t size = 0;  // of the blob
  Digest digest{};         // SHA-256 of the blob
  bool operator==(const StoredSegment&) const = default;
};

struct ManifestAccount {
  AccountNumber account = kSystemAccount;
  std::vector<StoredSegment> segments;
  std::vector<PackId> packs;
  bool operator==(const ManifestAccount&) const = default;
};

struct Manifest {
  CaptureStart start;
  Timestamp finished;
  std::vector<ManifestAccount> accounts;  // ascending
  bool operator==(const Manifest&) const = default;

  /// nullptr where the account has no part in the capture.
  const ManifestAccount* find(AccountNumber account) const;
};

Bytes encode_manifest(const Manifest& manifest);
/// Throws Error(corrupt), Error(unsupported_version).
Manifest decode_manifest(ByteView blob, const CaptureId& capture);

/// Throws Error(not_found) where there is no such capture, Error(incomplete) where its last write is missing,
/// Error(corrupt) where both copies of that are damaged. Asks for single blobs, never for a list: whoever may restore
/// some accounts only gets none.
Manifest read_manifest(BlobStore& blobs, const CaptureId& capture);

}  // namespace rehome::store
