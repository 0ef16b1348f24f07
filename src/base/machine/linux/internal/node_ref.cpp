// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/node_ref.h"

#include <cerrno>
#include <fcntl.h>

#include "base/core/error.h"

namespace rehome::linux_files {

using platform::checked;
using platform::retry_interrupted;
using platform::UniqueFd;

namespace {

constexpr int kStatusFlags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
constexpr unsigned kStatusFields = STATX_BASIC_STATS | STATX_MNT_ID;

NodeKind kind_of(std::uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return NodeKind::file;
    case S_IFDIR:
      return NodeKind::folder;
    case S_IFLNK:
      return NodeKind::symlink;
    case S_IFIFO:
      return NodeKind::fifo;
    case S_IFSOCK:
      return NodeKind::socket;
    case S_IFCHR:
      return NodeKind::char_device;
    case S_IFBLK:
      return NodeKind::block_device;
    default:
      return NodeKind::unknown;
  }
}

Timestamp to_timestamp(const statx_timestamp& time) { return {.seconds = time.tv_sec, .nanoseconds = time.tv_nsec}; }

}  // namespace

int open_without_access_time(int folder, const char* name, int flags) {
  const int common = flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const int fd = retry_interrupted([&] { return ::openat(folder, name, common | O_NOATIME); });
  if (fd != -1 || errno != EPERM) return fd;
  // Only the owner and root may ask for it.
  return retry_interrupted([&] { return ::openat(folder, name, common); });
}

OpenNode open_node(int folder, const Name& name, std::string_view path) {
  const auto attempt = [&] { return "open " + std::string(path); };
  struct statx status{};
  checked(status_at(folder, name.c_str(), status), attempt);
  const NodeKind kind = kind_of(status.stx_mode);
  if (kind == NodeKind::file || kind == NodeKind::folder) {
    const int fd = open_without_access_time(folder, name.c_str(), kind == NodeKind::folder ? O_DIRECTORY : 0);
    if (fd != -1) return {.fd = UniqueFd(fd), .only_path = false};
    if (errno != EACCES) checked(fd, attempt);
  }
  const int place = ::openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
  return {.fd = UniqueFd(checked(place, attempt)), .only_path = true};
}

int status_at(int folder, const char* name, struct statx& status) {
  return retry_interrupted([&] { return ::statx(folder, name, kStatusFlags, kStatusFields, &status); });
}

NodeInfo to_node_info(const struct statx& status) {
  NodeInfo info;
  info.kind = kind_of(status.stx_mode);
  info.device = device_id(status.stx_dev_major, status.stx_dev_minor);
  info.inode = status.stx_ino;
  info.link_count = status.stx_nlink;
  info.size = status.stx_size;
  info.allocated = status.stx_blocks * 512;
  if (info.kind == NodeKind::char_device || info.kind == NodeKind::block_device) {
    info.device_number = device_id(status.stx_rdev_major, status.stx_rdev_minor);
  }
  if ((status.stx_mask & STATX_MNT_ID) != 0) info.mount = status.stx_mnt_id;
  info.metadata.mode = status.stx_mode & 07777;
  info.metadata.uid = status.stx_uid;
  info.metadata.gid = status.stx_gid;
  info.metadata.modified = to_timestamp(status.stx_mtime);
  info.metadata.accessed = to_timestamp(status.stx_atime);
  info.metadata.changed = to_timestamp(status.stx_ctime);
  return info;
}

NodeInfo inspect_node(const NodeRef& node) {
  struct statx status{};
  checked(status_at(node.fd, "", status), [&] { return "inspect " + std::string(node.path); });
  return to_node_info(status);
}

std::string path_in_proc(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace rehome::linux_files
