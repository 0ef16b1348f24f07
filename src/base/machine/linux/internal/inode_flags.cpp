// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/inode_flags.h"

#include <cerrno>
#include <linux/fs.h>
#include <optional>
#include <string>
#include <sys/ioctl.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/metadata_loss.h"

namespace rehome::linux_files {

const std::uint32_t kGuardingFlags = FS_IMMUTABLE_FL | FS_APPEND_FL;

namespace {

struct FlagName {
  std::uint32_t flag;
  const char* name;
};

constexpr FlagName kFlagNames[] = {
    {FS_SECRM_FL, "secure deletion"},
    {FS_UNRM_FL, "undeletable"},
    {FS_COMPR_FL, "compressed"},
    {FS_SYNC_FL, "synchronous"},
    {FS_IMMUTABLE_FL, "immutable"},
    {FS_APPEND_FL, "append-only"},
    {FS_NODUMP_FL, "no dump"},
    {FS_NOATIME_FL, "no access time"},
    {FS_NOCOMP_FL, "not compressed"},
    {FS_JOURNAL_DATA_FL, "journaled data"},
    {FS_NOTAIL_FL, "no tail merging"},
    {FS_DIRSYNC_FL, "synchronous folder"},
    {FS_TOPDIR_FL, "top of folder hierarchies"},
    {FS_NOCOW_FL, "no copy on write"},
};

constexpr std::uint32_t kept_flags() {
  std::uint32_t all = 0;
  for (const FlagName& each : kFlagNames) all |= each.flag;
  return all;
}

/// nullopt where the volume has no flags.
std::optional<std::uint32_t> all_flags(const NodeRef& node) {
  if (node.only_path) return std::nullopt;
  int flags = 0;  // the kernel writes an int, whatever the request's type says
  if (::ioctl(node.fd, FS_IOC_GETFLAGS, &flags) == 0) return static_cast<std::uint32_t>(flags);
  if (errno == ENOTTY || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL) return std::nullopt;
  throw system_error(errno, "read the flags of " + std::string(node.path));
}

/// 0, or the errno.
int set_all_flags(const NodeRef& node, std::uint32_t flags) {
  const int value = static_cast<int>(flags);
  if (::ioctl(node.fd, FS_IOC_SETFLAGS, &value) == 0) return 0;
  const int error = errno;
  if (!is_refusal(error)) throw system_error(error, "set the flags of " + std::string(node.path));
  return error;
}

}  // namespace

std::uint32_t read_flags(const NodeRef& node) { return all_flags(node).value_or(0) & kept_flags(); }

void write_flags(const NodeRef& node, std::uint32_t wanted, MetadataLosses& losses) {
  wanted &= kept_flags();
  std::uint32_t current = all_flags(node).value_or(0);
  const std::uint32_t target = (current & ~kept_flags()) | wanted;
  if (target == current) return;
  const int refusal = node.only_path ? EOPNOTSUPP : set_all_flags(node, target);
  if (refusal != 0 && !node.only_path) {
    // One flag that the volume does not know must not cost the others.
    for (const FlagName& each : kFlagNames) {
      if ((wanted & each.flag) == 0) continue;
      if (set_all_flags(node, current | each.flag) == 0) current |= each.flag;
    }
  }
  // btrfs takes "no copy on write" for a file with content without a word and ignores it.
  const std::uint32_t kept = read_flags(node);
  for (const FlagName& each : kFlagNames) {
    if ((wanted & ~kept & each.flag) == 0) continue;
    losses.push_back(describe_loss(std::string("file flag ") + each.name, refusal == 0 ? EOPNOTSUPP : refusal, node));
  }
}

}  // namespace rehome::linux_files
