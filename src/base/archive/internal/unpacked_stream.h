// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bytes of a file without its compression: gzip, bzip2, xz, lzma, lzip, zstd, lz4, compress, or none. In: a file
// that may be damaged. Out: what was compressed. Only forms that this process reads itself: no other program is started
// for one. One thread.

#include <cstdint>
#include <memory>
#include <string>

#include "base/machine/file_tree.h"

struct archive;

namespace rehome::archive {

class UnpackedStream {
 public:
  /// `name` is for messages. Throws Error(corrupt).
  UnpackedStream(std::unique_ptr<ReadableFile> file, std::string name);
  ~UnpackedStream();
  UnpackedStream(const UnpackedStream&) = delete;
  UnpackedStream& operator=(const UnpackedStream&) = delete;

  /// The next bytes, at most `most`; empty only at the end. They are valid until the next call. Throws Error(corrupt)
  /// where the file is damaged or ends too early, and what reading it throws.
  ByteView read(std::size_t most);
  /// Passes over `size` bytes, without reading those of a file that is not compressed. False where it ends before.
  bool skip(std::uint64_t size);
  bool is_compressed() const { return is_compressed_; }
  std::uint64_t done_bytes() const { return position_; }  // of the file
  std::uint64_t total_bytes() const { return total_; }
  const std::string& name() const { return name_; }

  /// For the callback of libarchive: the next block of the file.
  std::int64_t next_block(const void** block) noexcept;

 private:
  void open();
  void fill();
  void unpack();
  [[noreturn]] void fail();

  std::unique_ptr<ReadableFile> file_;
  std::string name_;
  ::archive* reader_ = nullptr;
  Bytes block_;
  std::uint64_t position_ = 0;
  std::uint64_t total_ = 0;
  ByteView ready_;
  bool is_compressed_ = true;
  bool ended_ = false;
  std::exception_ptr failure_;
};

}  // namespace rehome::archive
