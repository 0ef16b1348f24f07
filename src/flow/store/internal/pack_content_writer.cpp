// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/pack_content_writer.h"

#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/data_stream.h"
#include "flow/store/internal/file_cutter.h"
#include "flow/store/internal/limits.h"

namespace rehome::store {

namespace {

/// What an earlier version of this program, or a bad memory, got wrong is not carried on: such a file is read again.
bool has_whole_content(const Object& object) {
  try {
    check_shape(object);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

PackContentWriter::PackContentWriter(const Parts& parts, Options options)
    : options_(std::move(options)),
      line_(parts.blobs, parts.keys, parts.vault, options_.compression_level),
      parts_{parts.blobs, parts.keys,  parts.vault, options_.chunk_sizes,
             parts.known, parts.table, line_,       parts.random} {}

void PackContentWriter::keep(Object& object, FileSource& source) {
  line_.throw_if_failed();
  AccountPacker& packer = packer_of(object.location.account);
  object.chunks.clear();
  FileShape shape =
      cut_file(source.file(), packer.chunker(), [&](ByteView chunk) { object.chunks.push_back(packer.keep(chunk)); });
  object.size = shape.size;
  object.extents = std::move(shape.extents);
  limit_open_packs();
}

bool PackContentWriter::keep_unchanged(Object& object, const Object& previous) {
  if (!has_whole_content(previous)) return false;
  object.size = previous.size;
  object.extents = previous.extents;
  object.chunks = previous.chunks;
  return true;
}

void PackContentWriter::make_durable() {
  const std::uint64_t newest = line_.newest();
  for (auto packers = packers_.lock(); auto& [account, packer] : *packers) packer->close_pack();
  line_.wait_until_durable(newest);
}

bool PackContentWriter::owns(const NodeInfo& folder) const {
  return options_.own_folder && options_.own_folder->device == folder.device &&
         options_.own_folder->inode == folder.inode;
}

AccountPacker& PackContentWriter::packer_of(AccountNumber account) {
  auto packers = packers_.lock();
  std::unique_ptr<AccountPacker>& packer = (*packers)[account];
  if (!packer) packer = std::make_unique<AccountPacker>(parts_, account);
  return *packer;
}

/// With many accounts at once their growing packs would add up; then the largest goes before it is full.
void PackContentWriter::limit_open_packs() {
  auto packers = packers_.lock();
  if (packers->size() * kPackTarget <= kOpenPacksTarget) return;
  std::size_t sum = 0;
  AccountPacker* largest = nullptr;
  for (auto& [account, packer] : *packers) {
    sum += packer->open_bytes();
    if (largest == nullptr || packer->open_bytes() > largest->open_bytes()) largest = packer.get();
  }
  if (sum > kOpenPacksTarget) largest->close_pack();
}

}  // namespace rehome::store
