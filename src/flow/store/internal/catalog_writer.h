// SPDX-License-Identifier: Apache-2.0
#pragma once
// Collects the records of a running capture and writes them as segments, each twice. In: records, from many threads,
// with the packs they refer to. Out: segments in the BlobStore, never before the content they refer to is durable.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "base/codec/compress.h"
#include "base/core/locked.h"
#include "flow/store/internal/manifest.h"
#include "flow/store/internal/pack_table.h"
#include "flow/store/internal/segment_format.h"
#include "flow/store/internal/vault_context.h"

namespace rehome::store {

class CatalogWriter {
 public:
  CatalogWriter(const VaultContext& vault, const CaptureId& capture, const PackTable& packs);

  /// `record` is one made by append_record(); `chunks` are those of the object in it, if it is one.
  void add(AccountNumber account, ByteView record, std::span<const ChunkRef> chunks = {});
  std::size_t pending_bytes() const;

  /// Writes what was added before the call; `make_durable` makes the content of that durable. One caller at a time
  /// writes, others wait.
  void flush(const std::function<void()>& make_durable);
  /// As flush(), and marks the last segment of each of `accounts`, which must hold every account ever added. Returns
  /// what the manifest says about them.
  std::vector<ManifestAccount> finish(const std::set<AccountNumber>& accounts,
                                      const std::function<void()>& make_durable);
  /// Bytes of the segments that were written, copies included.
  std::uint64_t stored_bytes() const;

 private:
  struct Draft {
    Bytes records;
    std::set<std::uint32_t> packs;
  };
  struct Pending {
    std::map<AccountNumber, std::vector<Draft>> drafts;
    std::size_t bytes = 0;
  };
  struct WrittenAccount {
    std::vector<StoredSegment> segments;
    std::set<PackId> packs;
  };
  struct Written {
    std::map<AccountNumber, WrittenAccount> accounts;
  };

  Pending take_pending();
  void write(WrittenAccount& written, AccountNumber account, Draft draft, bool is_last);

  const VaultContext& vault_;
  CaptureId capture_;
  const PackTable& packs_;
  Compressor compressor_;  // used under the lock of written_
  std::atomic<std::uint64_t> stored_bytes_{0};
  mutable Locked<Pending> pending_;
  Locked<Written> written_;
};

}  // namespace rehome::store
