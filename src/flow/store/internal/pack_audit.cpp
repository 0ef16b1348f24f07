// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/pack_audit.h"

#include <algorithm>
#include <optional>

#include "flow/store/internal/damage.h"
#include "flow/store/internal/limits.h"
#include "flow/store/internal/pack_reader.h"

namespace rehome::store {

namespace {

/// The part of `pack` from `offset` on; empty where the pack is too short for it.
ByteView part(ByteView pack, std::uint64_t offset, std::uint64_t length) {
  if (offset > pack.size() || length > pack.size() - offset) return {};
  return pack.subspan(offset, length);
}

void audit_frames(const PackReader& reader, ByteView pack, PackAudit& audit) {
  for (std::uint32_t number = 0; number < reader.frames().size(); ++number) {
    const FrameEntry& frame = reader.frames()[number];
    std::uint32_t size = 0;
    try {
      reader.open_frame(number, part(pack, frame.offset, frame.stored));
      size = frame.raw;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::corrupt) throw;
      audit.problems.push_back("frame " + std::to_string(number) + " of " + reader.description() + " is damaged");
    }
    audit.frame_sizes.push_back(size);
  }
}

/// One copy of each was opened already, so an equal one is whole.
void audit_copies(const PackReader& reader, ByteView pack, PackAudit& audit) {
  const PackLabel& label = reader.label();
  const std::uint64_t table = label.frame_table_size();
  const bool whole =
      pack.size() == label.pack_size() &&
      std::ranges::equal(part(pack, 0, kLabelSize), part(pack, label.pack_size() - kLabelSize, kLabelSize)) &&
      std::ranges::equal(part(pack, kLabelSize, table), part(pack, label.last_frame_table_at(), table));
  if (!whole) {
    audit.problems.push_back(reader.description() + " is damaged at one of its ends; the other end tells the same");
  }
}

}  // namespace

PackAudit audit_pack(const VaultContext& vault, const PackPlace& place) {
  PackAudit audit;
  try {
    const PackReader reader(vault.blobs, vault.keys, vault.header.vault, place);
    const Bytes pack = vault.blobs.get(pack_name(place.account, place.pack), kLargestPack);
    audit.bytes = pack.size();
    audit_frames(reader, pack, audit);
    audit_copies(reader, pack, audit);
    reader.read_chunks();
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    audit.problems.emplace_back(error.what());
  }
  return audit;
}

}  // namespace rehome::store
