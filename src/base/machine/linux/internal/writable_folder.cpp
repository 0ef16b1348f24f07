// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/writable_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/core/platform/process.h"
#include "base/machine/linux/internal/metadata_writer.h"
#include "base/machine/linux/internal/naming.h"
#include "base/machine/linux/internal/node_ref.h"
#include "base/machine/linux/internal/writable_file.h"

namespace rehome::linux_files {

using platform::checked;
using platform::retry_interrupted;
using platform::UniqueFd;

namespace {

constexpr mode_t kPrivateFolder = 0700;
constexpr mode_t kPrivateFile = 0600;
constexpr int kLockFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

mode_t type_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::fifo:
      return S_IFIFO;
    case NodeKind::socket:
      return S_IFSOCK;
    case NodeKind::char_device:
      return S_IFCHR;
    case NodeKind::block_device:
      return S_IFBLK;
    default:
      throw Error(ErrorCode::invalid_argument, "a " + std::string(name_of(kind)) + " is no special file");
  }
}

/// Of another implementation: as far away as another volume.
OpenFolder& as_linux(Folder& folder, const MachinePath& path) {
  auto* ours = dynamic_cast<OpenFolder*>(&folder);
  if (ours == nullptr) throw system_error(EXDEV, "link " + path);
  return *ours;
}

[[noreturn]] void refuse_exchanged(const MachinePath& path) {
  throw Error(ErrorCode::refused, path + " was exchanged for something else while this program worked on it");
}

class HeldLock final : public FolderLock {
 public:
  explicit HeldLock(UniqueFd file) : file_(std::move(file)) {}

 private:
  UniqueFd file_;  // closing it gives the lock back, also when the process dies
};

}  // namespace

void LinuxWritableFolder::create_folder(std::string_view name) {
  const Name checked_name(name);
  checked(::mkdirat(fd(), checked_name.c_str(), kPrivateFolder), [&] { return "create " + path_of(checked_name); });
}

/// Who made a node owns it; where a volume keeps no owners, it has that of its folder.
bool LinuxWritableFolder::may_be_ours(const NodeInfo& node) const {
  return node.metadata.uid == platform::effective_user_id() ||
         node.metadata.uid == OpenFolder::inspect_self().metadata.uid;
}

/// No system call makes a node that is no file and says which one it is. Between the making and this look the name can
/// have been given to another, so whatever has it must be as good as what was made: nobody else's and under one name.
NodeIdentity LinuxWritableFolder::identity_of_new(const Name& name, NodeKind kind) const {
  const NodeInfo made = OpenFolder::inspect(name.text());
  if (made.kind != kind || made.link_count != 1 || !may_be_ours(made)) refuse_exchanged(path_of(name));
  return made.identity();
}

std::unique_ptr<WritableFolder> LinuxWritableFolder::create_and_open_folder(std::string_view name) {
  create_folder(name);
  auto made = std::make_unique<LinuxWritableFolder>(OpenFolder::open_folder(name));
  // An older folder of the same owner would have something in it, which must not be given away with it.
  if (!may_be_ours(made->inspect_self()) || !made->list().empty()) refuse_exchanged(made->handle().path);
  return made;
}

std::unique_ptr<WritableFolder> LinuxWritableFolder::open_folder_for_writing(std::string_view name) {
  return std::make_unique<LinuxWritableFolder>(OpenFolder::open_folder(name));
}

std::unique_ptr<WritableFile> LinuxWritableFolder::create_file(std::string_view name) {
  Name checked_name(name);
  MachinePath path = path_of(checked_name);
  return std::make_unique<LinuxWritableFile>(handle().fd, std::move(checked_name), std::move(path),
                                             NewFile::Before::no_name_if_possible);
}

NodeIdentity LinuxWritableFolder::create_symlink(std::string_view name, std::string_view target) {
  const Name checked_name(name);
  const std::string text(target);
  if (text.find('\0') != std::string::npos) {
    throw Error(ErrorCode::invalid_argument, "the target of the link " + path_of(checked_name) + " has a zero byte");
  }
  checked(::symlinkat(text.c_str(), fd(), checked_name.c_str()),
          [&] { return "create the link " + path_of(checked_name); });
  return identity_of_new(checked_name, NodeKind::symlink);
}

NodeIdentity LinuxWritableFolder::create_special(std::string_view name, NodeKind kind, std::uint64_t device_number) {
  const Name checked_name(name);
  const dev_t device = makedev(static_cast<unsigned>(device_number >> 32), static_cast<unsigned>(device_number));
  checked(::mknodat(fd(), checked_name.c_str(), type_of(kind) | kPrivateFile, device),
          [&] { return "create " + path_of(checked_name); });
  return identity_of_new(checked_name, kind);
}

void LinuxWritableFolder::link(std::string_view name, Folder& from, std::string_view from_name) {
  const Name checked_name(name);
  const Name checked_from(from_name);
  const OpenFolder& source = as_linux(from, path_of(checked_name));
  checked(::linkat(source.fd(), checked_from.c_str(), fd(), checked_name.c_str(), 0),
          [&] { return "link " + path_of(checked_name) + " to " + source.path_of(checked_from); });
}

void LinuxWritableFolder::rename(std::string_view name, WritableFolder& to, std::string_view to_name, bool replace) {
  const Name checked_name(name);
  const Name checked_to(to_name);
  const OpenFolder& target = as_linux(to, path_of(checked_name));
  const NameInFolder old_place{fd(), checked_name.c_str()};
  const NameInFolder new_place{target.fd(), checked_to.c_str()};
  const auto attempt = [&] { return "rename " + path_of(checked_name) + " to " + target.path_of(checked_to); };
  if (replace) {
    checked(::renameat(old_place.folder, old_place.name, new_place.folder, new_place.name), attempt);
  } else if (const int error = move_without_replacing(old_place, new_place)) {
    throw system_error(error, attempt());
  }
}

void LinuxWritableFolder::remove_file(std::string_view name) {
  const Name checked_name(name);
  checked(::unlinkat(fd(), checked_name.c_str(), 0), [&] { return "remove " + path_of(checked_name); });
}

void LinuxWritableFolder::remove_folder(std::string_view name) {
  const Name checked_name(name);
  checked(::unlinkat(fd(), checked_name.c_str(), AT_REMOVEDIR), [&] { return "remove " + path_of(checked_name); });
}

MetadataLosses LinuxWritableFolder::set_metadata(std::string_view name, const NodeIdentity& node,
                                                 const Metadata& metadata) {
  const Name checked_name(name);
  const MachinePath path = path_of(checked_name);
  const OpenNode open = open_node(fd(), checked_name, path);
  const NodeRef ref{.fd = open.fd.get(), .only_path = open.only_path, .path = path};
  if (inspect_node(ref).identity() != node) refuse_exchanged(path);
  return write_metadata(ref, metadata);
}

MetadataLosses LinuxWritableFolder::set_own_metadata(const Metadata& metadata) {
  return write_metadata({.fd = fd(), .path = handle().path}, metadata);
}

void LinuxWritableFolder::sync() {
  checked(retry_interrupted([&] { return ::fsync(fd()); }), [&] { return "sync " + handle().path; });
}

void LinuxWritableFolder::sync_volume() {
  checked(retry_interrupted([&] { return ::syncfs(fd()); }), [&] { return "sync the volume of " + handle().path; });
}

std::string LinuxWritableFolder::temporary_name() { return random_temporary_name().text(); }

Space LinuxWritableFolder::space() {
  struct statvfs volume{};
  checked(::fstatvfs(fd(), &volume), [&] { return "ask for the free space at " + handle().path; });
  const bool is_root = platform::effective_user_id() == 0;
  const bool counts_inodes = volume.f_files != 0;
  return {.free_bytes = std::uint64_t{is_root ? volume.f_bfree : volume.f_bavail} * volume.f_frsize,
          .total_bytes = std::uint64_t{volume.f_blocks} * volume.f_frsize,
          .free_inodes = !counts_inodes ? UINT64_MAX
                         : is_root      ? volume.f_ffree
                                        : volume.f_favail};
}

std::unique_ptr<FolderLock> LinuxWritableFolder::try_lock(std::string_view name) {
  const Name checked_name(name);
  const auto attempt = [&] { return "lock " + path_of(checked_name); };
  UniqueFd file(checked(
      retry_interrupted([&] { return ::openat(fd(), checked_name.c_str(), kLockFlags, kPrivateFile); }), attempt));
  if (retry_interrupted([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) == 0) {
    return std::make_unique<HeldLock>(std::move(file));
  }
  if (errno == EWOULDBLOCK) return nullptr;
  throw system_error(errno, attempt());
}

}  // namespace rehome::linux_files
