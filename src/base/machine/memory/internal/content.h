// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bytes of one file in memory, with holes: blocks that were never written take no room and read as zeros. Copies
// share blocks until one of them is written, so that remembering what was synced is cheap.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/core/bytes.h"
#include "base/machine/node.h"

namespace rehome::memory {

class Content {
 public:
  static constexpr std::uint64_t kBlockSize = 4096;

  std::uint64_t size() const { return size_; }
  std::uint64_t allocated() const { return blocks_.size() * kBlockSize; }
  /// Bytes that a write there would allocate.
  std::uint64_t needed_for(std::uint64_t offset, std::uint64_t length) const;
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const;
  void write_at(std::uint64_t offset, ByteView bytes);
  void set_size(std::uint64_t size);
  std::vector<Extent> extents() const;

 private:
  Bytes& writable_block(std::uint64_t number);

  std::uint64_t size_ = 0;
  std::map<std::uint64_t, std::shared_ptr<Bytes>> blocks_;  // by offset / kBlockSize; each kBlockSize long
};

}  // namespace rehome::memory
