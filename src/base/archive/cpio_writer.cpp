// SPDX-License-Identifier: Apache-2.0
#include "base/archive/cpio_writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <utility>

#include "base/core/check.h"
#include "base/core/error.h"

namespace rehome::archive {

namespace {

constexpr std::uint32_t kFolderMode = 0755;
constexpr std::uint32_t kLinkMode = 0777;
constexpr std::uint64_t kLargestFile = UINT32_MAX;  // the form has eight hexadecimal digits for it

la_ssize_t write_to(struct ::archive* /*writer*/, void* cpio, const void* data, std::size_t size) {
  return static_cast<CpioWriter*>(cpio)->write_block({static_cast<const std::uint8_t*>(data), size});
}

struct FreeEntry {
  void operator()(::archive_entry* entry) const { ::archive_entry_free(entry); }
};

}  // namespace

struct CpioWriter::Node {
  unsigned type = AE_IFREG;
  std::uint32_t mode = 0;
  std::uint64_t size = 0;
  std::string target = {};
  std::uint64_t device_number = 0;
};

CpioWriter::CpioWriter(WritableFile& file, CpioCompression compression) : file_(file), writer_(::archive_write_new()) {
  check(writer_ != nullptr, "there is memory for a writer");
  try {
    expect_success(::archive_write_set_format_cpio_newc(writer_));
    if (compression == CpioCompression::gzip) expect_success(::archive_write_add_filter_gzip(writer_));
    if (compression == CpioCompression::zstd) expect_success(::archive_write_add_filter_zstd(writer_));
    expect_success(::archive_write_set_bytes_in_last_block(writer_, 1));  // no zeros behind what is compressed
    expect_success(::archive_write_open(writer_, this, nullptr, &write_to, nullptr));
  } catch (...) {
    ::archive_write_free(writer_);
    throw;
  }
}

CpioWriter::~CpioWriter() {
  // Not finished: what libarchive would still write is no archive either.
  if (writer_ == nullptr) return;
  ::archive_write_fail(writer_);
  ::archive_write_free(writer_);
}

std::int64_t CpioWriter::write_block(ByteView block) noexcept {
  try {
    file_.write_at(position_, block);
    position_ += block.size();
    return static_cast<std::int64_t>(block.size());
  } catch (...) {
    failure_ = std::current_exception();
    ::archive_set_error(writer_, EIO, "writing failed");
    return -1;
  }
}

void CpioWriter::expect_success(int result) {
  if (result == ARCHIVE_OK) return;
  if (failure_) std::rethrow_exception(failure_);
  throw Error(ErrorCode::unsupported,
              std::string("libarchive cannot write this cpio archive: ") + ::archive_error_string(writer_));
}

void CpioWriter::begin(const std::string& path, const Node& node) {
  check(writer_ != nullptr, "nothing is added to a finished archive");
  check(!path.empty() && path.front() != '/' && path.back() != '/', "paths are relative");
  const std::size_t slash = path.rfind('/');
  if (slash != std::string::npos) add_folder(path.substr(0, slash));
  if (!paths_.insert(path).second) {
    throw Error(ErrorCode::already_exists, path + " is in the archive already");
  }
  if (node.size > kLargestFile) {
    throw Error(ErrorCode::limit_exceeded, path + " is larger than 4 GB, which a cpio archive cannot hold");
  }
  const std::unique_ptr<::archive_entry, FreeEntry> entry(::archive_entry_new());
  check(entry != nullptr, "there is memory for an entry");
  ::archive_entry_set_pathname(entry.get(), path.c_str());
  ::archive_entry_set_filetype(entry.get(), node.type);
  ::archive_entry_set_perm(entry.get(), node.mode);
  ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(node.size));
  ::archive_entry_set_nlink(entry.get(), 1);
  ::archive_entry_set_ino(entry.get(), static_cast<la_int64_t>(++nodes_));
  ::archive_entry_set_mtime(entry.get(), 0, 0);
  if (!node.target.empty()) ::archive_entry_set_symlink(entry.get(), node.target.c_str());
  if (node.type == AE_IFCHR) {
    ::archive_entry_set_rdevmajor(entry.get(), static_cast<dev_t>(node.device_number >> 32));
    ::archive_entry_set_rdevminor(entry.get(), static_cast<dev_t>(node.device_number & UINT32_MAX));
  }
  expect_success(::archive_write_header(writer_, entry.get()));
}

void CpioWriter::write(ByteView bytes) {
  while (!bytes.empty()) {
    const la_ssize_t written = ::archive_write_data(writer_, bytes.data(), bytes.size());
    if (written <= 0) expect_success(ARCHIVE_FATAL);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void CpioWriter::add_folder(const std::string& path) {
  if (!paths_.contains(path)) begin(path, {.type = AE_IFDIR, .mode = kFolderMode});
}

void CpioWriter::add_file(const std::string& path, std::uint32_t mode, ByteView content) {
  begin(path, {.mode = mode, .size = content.size()});
  write(content);
}

void CpioWriter::add_symlink(const std::string& path, const std::string& target) {
  begin(path, {.type = AE_IFLNK, .mode = kLinkMode, .size = 0, .target = target});
}

void CpioWriter::add_char_device(const std::string& path, std::uint32_t mode, std::uint64_t device_number) {
  begin(path, {.type = AE_IFCHR, .mode = mode, .device_number = device_number});
}

void CpioWriter::finish() {
  expect_success(::archive_write_close(writer_));
  ::archive_write_free(std::exchange(writer_, nullptr));
}

}  // namespace rehome::archive
