// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/data_stream.h"

#include <algorithm>

#include "base/core/error.h"

namespace rehome::store {

std::vector<Extent> data_ranges(ReadableFile& file, const NodeInfo& info) {
  if (info.size == 0) return {};
  if (info.allocated >= info.size) return {{0, info.size}};
  std::vector<Extent> ranges;
  std::uint64_t from = 0;
  for (const Extent& extent : file.data_extents()) {
    const std::uint64_t begin = std::clamp(extent.offset, from, info.size);
    const std::uint64_t end = std::clamp(extent.offset + extent.length, begin, info.size);
    if (begin == end) continue;
    if (!ranges.empty() && begin == from) {
      ranges.back().length += end - begin;
    } else {
      ranges.push_back({begin, end - begin});
    }
    from = end;
  }
  return ranges;
}

std::vector<Extent> ranges_of(const Object& object) {
  if (!object.extents.empty()) return object.extents;
  if (object.size == 0) return {};
  return {{0, object.size}};
}

std::vector<Extent> extents_of(const std::vector<Extent>& ranges, std::uint64_t size) {
  if (size == 0) return {};
  if (ranges.empty()) return {{0, 0}};
  if (ranges.size() == 1 && ranges[0] == Extent{0, size}) return {};
  return ranges;
}

std::uint64_t check_ranges(const Object& object) {
  std::uint64_t sum = 0;
  std::uint64_t from = 0;
  for (const Extent& range : ranges_of(object)) {
    if (range.offset < from || range.offset > object.size || range.length > object.size - range.offset) {
      throw Error(ErrorCode::corrupt, "the catalog gives a file ranges of data that it cannot have");
    }
    from = range.offset + range.length;
    sum += range.length;
  }
  return sum;
}

void check_shape(const Object& object) {
  const std::uint64_t in_ranges = check_ranges(object);
  std::uint64_t in_chunks = 0;
  for (const ChunkRef& chunk : object.chunks) in_chunks += chunk.length;
  if (in_ranges != in_chunks) {
    throw Error(ErrorCode::corrupt, "the catalog gives a file another amount of content than its size says");
  }
}

std::uint64_t total_length(const std::vector<Extent>& ranges) {
  std::uint64_t sum = 0;
  for (const Extent& range : ranges) sum += range.length;
  return sum;
}

std::uint64_t DataStream::remaining() const {
  std::uint64_t sum = 0;
  for (std::size_t i = current_; i < ranges_.size(); ++i) sum += ranges_[i].length;
  return sum - done_;
}

std::size_t DataStream::read(std::span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (filled < out.size() && current_ < ranges_.size()) {
    const Extent& range = ranges_[current_];
    const std::uint64_t wanted = std::min<std::uint64_t>(out.size() - filled, range.length - done_);
    const std::size_t got = wanted == 0 ? 0 : file_.read_at(range.offset + done_, out.subspan(filled, wanted));
    if (got == 0 && wanted > 0) {
      end_here();
      break;
    }
    filled += got;
    done_ += got;
    if (done_ == range.length) {
      ++current_;
      done_ = 0;
    }
  }
  return filled;
}

/// The file became shorter meanwhile: what was read is what there is.
void DataStream::end_here() {
  cut_short_ = true;
  end_ = ranges_[current_].offset + done_;
  ranges_[current_].length = done_;
  ranges_.resize(done_ > 0 ? current_ + 1 : current_);
  current_ = ranges_.size();
  done_ = 0;
}

void RangeWriter::write(ByteView bytes) {
  while (!bytes.empty()) {
    const Extent& range = ranges_.at(current_);
    const std::size_t length = std::min<std::uint64_t>(bytes.size(), range.length - done_);
    if (length > 0) consumer_.write(range.offset + done_, bytes.first(length));
    bytes = bytes.subspan(length);
    done_ += length;
    if (done_ == range.length) {
      ++current_;
      done_ = 0;
    }
  }
}

}  // namespace rehome::store
