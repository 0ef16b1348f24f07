// SPDX-License-Identifier: Apache-2.0
#pragma once
// The port under a compressed store: named, write-once blobs. A folder implements it now, a state migration point on
// the network later; neither knows what is in a blob. Clients only add; remove and lock are the owner's.
//
// All methods throw Error and may be called from many threads. A put blob is durable when put returns.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"

namespace rehome {

/// Names are paths of one to four components of [0-9a-z._-], none beginning with a dot, 200 bytes at most:
/// "header", "packs/7/3f…", "captures/<id>/complete". Anything else throws Error(invalid_argument).
using BlobName = std::string;
void check_blob_name(std::string_view name);
bool is_blob_name(std::string_view name);

struct BlobInfo {
  BlobName name;
  std::uint64_t size = 0;
};

class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// Stores all of it or nothing. Throws Error(already_exists) when the name is taken, whatever it holds.
  virtual void put(std::string_view name, ByteView content) = 0;
  /// Throws Error(not_found); Error(limit_exceeded) when it is larger than `size_limit`.
  virtual Bytes get(std::string_view name, std::uint64_t size_limit) = 0;
  /// Exactly `length` bytes from `offset`; Error(corrupt) when the blob ends before.
  virtual Bytes get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) = 0;
  virtual std::optional<std::uint64_t> size_of(std::string_view name) = 0;
  /// All blobs below "prefix/" (all blobs for ""), in no order. Half-written ones are never among them.
  virtual std::vector<BlobInfo> list(std::string_view prefix) = 0;
  /// Bytes that may still be stored; nullopt where it cannot be known.
  virtual std::optional<std::uint64_t> free_bytes() = 0;
  /// For messages: the folder or address.
  virtual std::string display_name() const = 0;
};

/// Released when destroyed, also by the death of the process.
class BlobStoreLock {
 public:
  virtual ~BlobStoreLock() = default;
};

class OwnedBlobStore : public BlobStore {
 public:
  /// Does nothing where the blob is gone already.
  virtual void remove(std::string_view name) = 0;
  /// One writer at a time. Throws Error(busy) with who holds it, if known.
  virtual std::unique_ptr<BlobStoreLock> lock() = 0;
  /// Forgets what half-finished puts of dead processes left behind. Only under the lock.
  virtual void clean() = 0;
};

}  // namespace rehome
