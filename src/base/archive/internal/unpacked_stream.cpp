// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/unpacked_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>

#include "base/core/error.h"

namespace rehome::archive {

namespace {

constexpr std::size_t kBlock = 1024 * 1024;

la_ssize_t read_block(struct ::archive* /*reader*/, void* stream, const void** block) {
  return static_cast<UnpackedStream*>(stream)->next_block(block);
}

}  // namespace

UnpackedStream::UnpackedStream(std::unique_ptr<ReadableFile> file, std::string name)
    : file_(std::move(file)), name_(std::move(name)), block_(kBlock), total_(file_->inspect().size) {
  reader_ = ::archive_read_new();
  if (reader_ == nullptr) throw Error(ErrorCode::io, "no memory is left to open " + name_);
  try {
    open();
  } catch (...) {
    ::archive_read_free(reader_);
    throw;
  }
}

UnpackedStream::~UnpackedStream() { ::archive_read_free(reader_); }

void UnpackedStream::open() {
  for (const auto support :
       {&::archive_read_support_filter_gzip, &::archive_read_support_filter_bzip2, &::archive_read_support_filter_xz,
        &::archive_read_support_filter_lzma, &::archive_read_support_filter_lzip, &::archive_read_support_filter_zstd,
        &::archive_read_support_filter_lz4, &::archive_read_support_filter_compress, &::archive_read_support_format_raw,
        &::archive_read_support_format_empty}) {
    if (support(reader_) != ARCHIVE_OK) {
      throw Error(ErrorCode::unsupported, std::string("this build's libarchive cannot unpack a usual form: ") +
                                              ::archive_error_string(reader_));
    }
  }
  ::archive_entry* entry = nullptr;
  if (::archive_read_open(reader_, this, nullptr, &read_block, nullptr) != ARCHIVE_OK) fail();
  const int result = ::archive_read_next_header(reader_, &entry);
  ended_ = result == ARCHIVE_EOF;
  if (result != ARCHIVE_OK && !ended_) fail();
  is_compressed_ = ::archive_filter_count(reader_) > 1;
  if (!is_compressed_) position_ = 0;  // from here on it is read without libarchive
}

std::int64_t UnpackedStream::next_block(const void** block) noexcept {
  *block = block_.data();
  try {
    const std::size_t count = file_->read_at(position_, block_);
    position_ += count;
    return static_cast<std::int64_t>(count);
  } catch (...) {
    failure_ = std::current_exception();
    ::archive_set_error(reader_, EIO, "reading failed");
    return -1;
  }
}

void UnpackedStream::fail() {
  if (failure_) std::rethrow_exception(failure_);
  const char* cause = ::archive_error_string(reader_);
  throw Error(ErrorCode::corrupt, name_ + " is damaged or was not copied whole (" +
                                      (cause == nullptr ? "its compressed data make no sense" : cause) +
                                      "); compare it with its source and copy it again");
}

void UnpackedStream::fill() {
  if (is_compressed_) return unpack();
  const std::size_t count = file_->read_at(position_, block_);
  position_ += count;
  ready_ = ByteView(block_).first(count);
}

bool UnpackedStream::skip(std::uint64_t size) {
  while (size > 0) {
    if (ready_.empty() && !is_compressed_) {
      if (size > total_ - position_) return false;
      position_ += size;
      return true;
    }
    const ByteView part = read(size);
    if (part.empty()) return false;
    size -= part.size();
  }
  return true;
}

void UnpackedStream::unpack() {
  const void* data = nullptr;
  std::size_t size = 0;
  std::int64_t offset = 0;
  while (!ended_ && ready_.empty()) {
    const int result = ::archive_read_data_block(reader_, &data, &size, &offset);
    if (result == ARCHIVE_EOF) {
      ended_ = true;
    } else if (result != ARCHIVE_OK) {
      fail();
    } else {
      ready_ = {static_cast<const std::uint8_t*>(data), size};
    }
  }
}

ByteView UnpackedStream::read(std::size_t most) {
  if (ready_.empty()) fill();
  const ByteView part = ready_.first(std::min(most, ready_.size()));
  ready_ = ready_.subspan(part.size());
  return part;
}

}  // namespace rehome::archive
