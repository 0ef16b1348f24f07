// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/internal/content.h"

#include <algorithm>

namespace rehome::memory {

std::uint64_t Content::needed_for(std::uint64_t offset, std::uint64_t length) const {
  if (length == 0) return 0;
  const std::uint64_t first = offset / kBlockSize, last = (offset + length - 1) / kBlockSize;
  const auto there = std::distance(blocks_.lower_bound(first), blocks_.upper_bound(last));
  return (last - first + 1 - static_cast<std::uint64_t>(there)) * kBlockSize;
}

std::size_t Content::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= size_) return 0;
  const std::size_t length = std::min<std::uint64_t>(out.size(), size_ - offset);
  for (std::size_t done = 0; done < length;) {
    const std::uint64_t start = (offset + done) % kBlockSize;
    const std::size_t count = std::min<std::uint64_t>(length - done, kBlockSize - start);
    const auto block = blocks_.find((offset + done) / kBlockSize);
    if (block == blocks_.end()) {
      std::fill_n(out.data() + done, count, std::uint8_t{0});
    } else {
      std::copy_n(block->second->data() + start, count, out.data() + done);
    }
    done += count;
  }
  return length;
}

void Content::write_at(std::uint64_t offset, ByteView bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const std::uint64_t start = (offset + done) % kBlockSize;
    const std::size_t count = std::min<std::uint64_t>(bytes.size() - done, kBlockSize - start);
    std::copy_n(bytes.data() + done, count, writable_block((offset + done) / kBlockSize).data() + start);
    done += count;
  }
  if (!bytes.empty()) size_ = std::max(size_, offset + bytes.size());
}

void Content::set_size(std::uint64_t size) {
  const std::uint64_t keep = (size + kBlockSize - 1) / kBlockSize;
  blocks_.erase(blocks_.lower_bound(keep), blocks_.end());
  // What lies behind the new end must read as zeros if the file grows again.
  if (const std::uint64_t tail = size % kBlockSize; size < size_ && tail != 0 && blocks_.contains(size / kBlockSize)) {
    Bytes& block = writable_block(size / kBlockSize);
    std::fill(block.begin() + static_cast<std::ptrdiff_t>(tail), block.end(), std::uint8_t{0});
  }
  size_ = size;
}

std::vector<Extent> Content::extents() const {
  std::vector<Extent> found;
  for (const auto& [number, block] : blocks_) {
    const std::uint64_t offset = number * kBlockSize;
    const std::uint64_t length = std::min(kBlockSize, size_ - offset);
    if (!found.empty() && found.back().offset + found.back().length == offset) {
      found.back().length += length;
    } else {
      found.push_back({offset, length});
    }
  }
  return found;
}

Bytes& Content::writable_block(std::uint64_t number) {
  std::shared_ptr<Bytes>& block = blocks_[number];
  if (!block) {
    block = std::make_shared<Bytes>(kBlockSize);
  } else if (block.use_count() > 1) {
    block = std::make_shared<Bytes>(*block);
  }
  return *block;
}

}  // namespace rehome::memory
