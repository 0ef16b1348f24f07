// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/writable_file.h"

#include <unistd.h>

#include "base/core/check.h"
#include "base/core/error.h"
#include "base/machine/linux/internal/inode_flags.h"
#include "base/machine/linux/internal/metadata_writer.h"

namespace rehome::linux_files {

using platform::checked;
using platform::retry_interrupted;

LinuxWritableFile::LinuxWritableFile(std::shared_ptr<const platform::UniqueFd> folder, Name name, MachinePath path,
                                     NewFile::Before before)
    : name_(std::move(name)), path_(std::move(path)), file_(std::move(folder), path_, before) {}

void LinuxWritableFile::write_at(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        retry_interrupted([&] { return ::pwrite(file_.fd(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    const auto written = static_cast<std::size_t>(checked(count, [&] { return "write " + path_; }));
    bytes = bytes.subspan(written);
    offset += written;
  }
}

void LinuxWritableFile::set_size(std::uint64_t size) {
  checked(retry_interrupted([&] { return ::ftruncate(file_.fd(), static_cast<off_t>(size)); }),
          [&] { return "set the size of " + path_; });
}

MetadataLosses LinuxWritableFile::set_metadata(const Metadata& metadata) {
  const NodeRef node{.fd = file_.fd(), .path = path_};
  MetadataLosses losses = write_metadata_but_flags(node, metadata);
  if (metadata.flags == 0) return losses;
  write_flags(node, metadata.flags, losses);
  // An immutable file cannot be given a name: what was accepted now is taken back until it has one.
  const std::uint32_t accepted = read_flags(node);
  if ((accepted & kGuardingFlags) != 0) {
    flags_after_commit_ = accepted;
    write_flags(node, accepted & ~kGuardingFlags, losses);
  }
  return losses;
}

NodeIdentity LinuxWritableFile::identity() { return inspect_node({.fd = file_.fd(), .path = path_}).identity(); }

void LinuxWritableFile::sync() {
  checked(retry_interrupted([&] { return ::fsync(file_.fd()); }), [&] { return "sync " + path_; });
}

void LinuxWritableFile::commit() {
  check(!committed_, "a file gets its name once");
  finish_commit(file_.give_name(name_));
}

void LinuxWritableFile::commit_replacing() {
  check(!committed_, "a file gets its name once");
  finish_commit(file_.give_name_replacing(name_));
}

void LinuxWritableFile::finish_commit(int error) {
  if (error != 0) throw system_error(error, "create " + path_);
  committed_ = true;
  if (flags_after_commit_ == 0) return;
  MetadataLosses losses;
  write_flags({.fd = file_.fd(), .path = path_}, flags_after_commit_, losses);
  if (!losses.empty()) throw Error(ErrorCode::io, path_ + " is there, but not as it was: " + losses.front());
}

}  // namespace rehome::linux_files
