// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/file_cutter.h"

#include <algorithm>

namespace rehome::store {

namespace {

/// The data ranges of a file as one stream.
class DataStream {
 public:
  DataStream(ReadableFile& file, std::vector<Extent> ranges) : file_(file), ranges_(std::move(ranges)) {}

  std::uint64_t remaining() const {
    std::uint64_t sum = 0;
    for (std::size_t i = current_; i < ranges_.size(); ++i) sum += ranges_[i].length;
    return sum - done_;
  }

  /// Fills `out`; less only where the data ends.
  std::size_t read(std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (filled < out.size() && current_ < ranges_.size()) {
      const Extent& range = ranges_[current_];
      const std::uint64_t wanted = std::min<std::uint64_t>(out.size() - filled, range.length - done_);
      const std::size_t got = file_.read_at(range.offset + done_, out.subspan(filled, wanted));
      if (got == 0) {
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

  const std::vector<Extent>& ranges() const { return ranges_; }
  bool was_cut_short() const { return cut_short_; }
  std::uint64_t end() const { return end_; }

 private:
  /// The file became shorter meanwhile: what was read is what there is.
  void end_here() {
    cut_short_ = true;
    end_ = ranges_[current_].offset + done_;
    ranges_[current_].length = done_;
    ranges_.resize(done_ > 0 ? current_ + 1 : current_);
    current_ = ranges_.size();
    done_ = 0;
  }

  ReadableFile& file_;
  std::vector<Extent> ranges_;
  std::size_t current_ = 0;
  std::uint64_t done_ = 0;  // bytes of the current range
  bool cut_short_ = false;
  std::uint64_t end_ = 0;
};

/// Ascending, none empty, none beyond the size, whatever the volume says.
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

std::vector<Extent> extents_of(const std::vector<Extent>& ranges, std::uint64_t size) {
  if (size == 0) return {};
  if (ranges.empty()) return {{0, 0}};
  if (ranges.size() == 1 && ranges[0] == Extent{0, size}) return {};
  return ranges;
}

void cut(DataStream& data, const Chunker& chunker, const std::function<void(ByteView)>& take) {
  const std::size_t largest = chunker.sizes().largest;
  const std::uint64_t whole = data.remaining();
  if (whole <= largest) {
    Bytes buffer(whole);
    const std::size_t length = data.read(buffer);
    if (length > 0) take(ByteView(buffer).first(length));
    return;
  }
  // Two chunks' room: what is left of one reading is moved to the front at most once per chunk.
  Bytes buffer(2 * largest);
  std::size_t filled = data.read(buffer);
  std::size_t begin = 0;
  while (begin < filled) {
    if (filled - begin < largest && data.remaining() > 0) {
      std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(begin),
                buffer.begin() + static_cast<std::ptrdiff_t>(filled), buffer.begin());
      filled -= begin;
      begin = 0;
      filled += data.read(std::span(buffer).subspan(filled));
    }
    const ByteView rest = ByteView(buffer).subspan(begin, filled - begin);
    const std::size_t length = chunker.first_chunk(rest);
    take(rest.first(length));
    begin += length;
  }
}

}  // namespace

FileShape cut_file(ReadableFile& file, const Chunker& chunker, const std::function<void(ByteView)>& take) {
  const NodeInfo info = file.inspect();
  DataStream data(file, data_ranges(file, info));
  cut(data, chunker, take);
  const std::uint64_t size = data.was_cut_short() ? data.end() : info.size;
  return {size, extents_of(data.ranges(), size)};
}

}  // namespace rehome::store
