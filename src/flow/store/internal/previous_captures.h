// SPDX-License-Identifier: Apache-2.0
#pragma once
// What earlier captures of the vault know: which files they hold (so that a second or resumed capture reads only what
// changed) and which accounts have which number. In: the catalogs of the newest complete capture and of all incomplete
// ones. Out: earlier objects whose content is still there, their chunks renumbered for the capture being written.
//
// Memory: 16 bytes per file once loaded (at most 48 for an instant while the list grows), and 32 MiB of opened
// segments. After construction any thread may ask.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "flow/store/internal/capture_list.h"
#include "flow/store/internal/catalog_records.h"
#include "flow/store/internal/known_packs.h"
#include "flow/store/internal/pack_table.h"
#include "flow/store/internal/segment_format.h"
#include "flow/store/internal/single_flight_cache.h"

namespace rehome::store {

class PreviousCaptures {
 public:
  /// Of `captures` (newest first), those that are worth asking are read. Damaged segments are passed over: what they
  /// held is captured again.
  PreviousCaptures(const VaultContext& vault, const std::vector<CaptureEntry>& captures, const KnownPacks& known,
                   PackTable& table);

  /// An earlier record of this very file, untouched since, with content that this capture can refer to.
  std::optional<Object> find(const Object& object) const;

  const std::vector<KnownAccount>& accounts() const { return accounts_; }
  /// The captures that were read, the best first.
  const std::vector<CaptureId>& captures() const { return captures_; }
  std::uint64_t files() const { return entries_.size(); }

 private:
  struct Source {
    SegmentPlace place;
    Timestamp started;  // of the capture it belongs to
  };
  struct Entry {
    std::uint64_t key = 0;  // of account and inode
    std::uint32_t source = 0;
    std::uint32_t position = 0;  // of the record in the segment
  };
  static_assert(sizeof(Entry) == 16, "docs/invariants.md says so");
  struct LoadedSegment {
    Bytes raw;
    std::map<std::uint32_t, PackId> packs;
  };

  void read_capture(const CaptureEntry& capture);
  void read_segment_of(const Source& source);
  void note(const CatalogRecord& record, std::uint32_t source, std::size_t position);
  LoadedSegment load(std::uint32_t source) const;
  std::optional<Object> object_at(const Entry& entry) const;

  const VaultContext& vault_;
  const KnownPacks& known_;
  PackTable& table_;
  std::vector<CaptureId> captures_;
  std::vector<Source> sources_;
  std::vector<Entry> entries_;  // sorted by key
  std::vector<KnownAccount> accounts_;
  mutable SingleFlightCache<std::uint32_t, LoadedSegment> segments_;
};

/// Whether all of `previous`, recorded by a capture begun at `started`, still holds for `object` as lstat shows it now.
bool is_untouched(const Object& object, const Object& previous, Timestamp started);

}  // namespace rehome::store
