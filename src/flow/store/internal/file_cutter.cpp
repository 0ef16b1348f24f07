// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/file_cutter.h"

#include <algorithm>

#include "base/core/check.h"
#include "flow/store/internal/data_stream.h"

namespace rehome::store {

namespace {

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
  // A chunk may end just where the buffer does, while the file goes on: what remains to be read decides as well.
  while (begin < filled || data.remaining() > 0) {
    if (filled - begin < largest && data.remaining() > 0) {
      std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(begin),
                buffer.begin() + static_cast<std::ptrdiff_t>(filled), buffer.begin());
      filled -= begin;
      begin = 0;
      filled += data.read(std::span(buffer).subspan(filled));
    }
    const ByteView rest = ByteView(buffer).subspan(begin, filled - begin);
    if (rest.empty()) return;  // the file ends earlier than it said
    const std::size_t length = chunker.first_chunk(rest);
    take(rest.first(length));
    begin += length;
  }
}

}  // namespace

FileShape cut_file(ReadableFile& file, const Chunker& chunker, const std::function<void(ByteView)>& take) {
  const NodeInfo info = file.inspect();
  DataStream data(file, data_ranges(file, info));
  std::uint64_t cut_bytes = 0;
  cut(data, chunker, [&](ByteView chunk) {
    cut_bytes += chunk.size();
    take(chunk);
  });
  check(cut_bytes == total_length(data.ranges()), "every byte of a file is in a chunk");
  const std::uint64_t size = data.was_cut_short() ? data.end() : info.size;
  return {size, extents_of(data.ranges(), size)};
}

}  // namespace rehome::store
