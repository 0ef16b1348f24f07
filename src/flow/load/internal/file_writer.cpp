// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/file_writer.h"

#include <algorithm>
#include <span>

#include "base/core/error.h"
#include "flow/load/internal/cancellation.h"

namespace rehome::load {

namespace {
constexpr std::size_t kPieceSize = std::size_t{256} * 1024;
}

void FileWriter::write(std::uint64_t offset, ByteView bytes) {
  stop_if_cancelled(progress_);
  if (offset < end_ || offset > object_.size || bytes.size() > object_.size - offset) {
    throw Error(ErrorCode::corrupt, "the store gives content that lies outside the file's size");
  }
  file_.write_at(offset, bytes);
  end_ = offset + bytes.size();
  written_ += bytes.size();
  progress_.bytes += bytes.size();
}

void FileWriter::finish(bool is_linked) {
  if (!is_linked && written_ != data_bytes(object_)) {
    throw Error(ErrorCode::corrupt, "the store gives " + std::to_string(written_) + " bytes of a file that has " +
                                        std::to_string(data_bytes(object_)));
  }
  if (end_ != object_.size) file_.set_size(object_.size);
}

void copy_content(ReadableFile& from, WritableFile& to, const Progress& progress) {
  Bytes piece(kPieceSize);
  for (const Extent extent : from.data_extents()) {
    for (std::uint64_t done = 0; done < extent.length;) {
      stop_if_cancelled(progress);
      const auto part = std::span(piece).first(std::min<std::uint64_t>(piece.size(), extent.length - done));
      const std::size_t count = from.read_at(extent.offset + done, part);
      if (count == 0) break;
      to.write_at(extent.offset + done, part.first(count));
      done += count;
    }
  }
  to.set_size(from.inspect().size);
}

}  // namespace rehome::load
