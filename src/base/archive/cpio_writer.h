// SPDX-License-Identifier: Apache-2.0
#pragma once
// A cpio archive of the form "newc", as the kernel unpacks one for its first root (kernel documentation,
// "initramfs buffer format"). In: names and content, one by one. Out: the archive. Everything in it is root's. One
// thread.

#include <cstdint>
#include <exception>
#include <memory>
#include <set>
#include <string>

#include "base/machine/file_tree.h"

struct archive;

namespace rehome::archive {

enum class CpioCompression { none, gzip, zstd };

class CpioWriter {
 public:
  /// Writes from the beginning of `file`, which its owner commits after finish().
  CpioWriter(WritableFile& file, CpioCompression compression);
  ~CpioWriter();
  CpioWriter(const CpioWriter&) = delete;
  CpioWriter& operator=(const CpioWriter&) = delete;

  /// Paths as "lib/modules": without a slash in front. Folders that lead there are added by themselves, mode 0755. A
  /// path may come once, but for folders. All throw Error.
  void add_folder(const std::string& path);
  void add_file(const std::string& path, std::uint32_t mode, ByteView content);
  void add_symlink(const std::string& path, const std::string& target);
  /// `device_number` as NodeInfo::device_number.
  void add_char_device(const std::string& path, std::uint32_t mode, std::uint64_t device_number);
  /// Nothing can be added afterwards.
  void finish();

  /// For the callback of libarchive.
  std::int64_t write_block(ByteView block) noexcept;

 private:
  struct Node;
  void begin(const std::string& path, const Node& node);
  void write(ByteView bytes);
  void expect_success(int result);

  WritableFile& file_;
  ::archive* writer_ = nullptr;
  std::uint64_t position_ = 0;
  std::uint64_t nodes_ = 0;
  std::set<std::string> paths_;
  std::exception_ptr failure_;
};

}  // namespace rehome::archive
