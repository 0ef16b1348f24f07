// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/volume_list.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/node_ref.h"
#include "base/machine/linux/internal/path_walk.h"
#include "base/machine/linux/internal/volume_type.h"
#include "base/machine/linux/mount_table.h"

namespace rehome::linux_files {

namespace {

/// Where an open node lies: each mount has a number of its own, each subvolume a device of its own.
struct Position {
  std::uint64_t mount_id = 0;
  std::uint64_t device = 0;
};

Position position_of(int fd) {
  struct statx status{};
  platform::checked(status_at(fd, "", status), [] { return "inspect an open folder"; });
  return {.mount_id = status.stx_mnt_id, .device = device_id(status.stx_dev_major, status.stx_dev_minor)};
}

class MountsOfTree {
 public:
  explicit MountsOfTree(int root) : root_(root), root_position_(position_of(root)), mounts_(read_mount_table()) {
    std::error_code missing;
    root_path_ = std::filesystem::read_symlink(path_in_proc(root), missing).string();
  }

  const Position& root_position() const { return root_position_; }
  const std::vector<Mount>& all() const { return mounts_; }
  const Mount* find(std::uint64_t id) const {
    const auto found = std::ranges::find(mounts_, id, &Mount::id);
    return found == mounts_.end() ? nullptr : &*found;
  }

  /// nullopt for a mount that lies outside the tree.
  std::optional<MachinePath> path_of(const Mount& mount) const {
    if (mount.id == root_position_.mount_id) return "/";
    if (root_path_ == "/") return mount.mounted_at;
    if (!mount.mounted_at.starts_with(root_path_ + "/")) return std::nullopt;
    return mount.mounted_at.substr(root_path_.size());
  }

  Volume describe(const Mount& mount, const MachinePath& mounted_at) const {
    return {.device = device_of(mount, mounted_at),
            .volume_class = class_of_volume(mount.type, block_device_of(mount)),
            .type = mount.type,
            .mounted_at = mounted_at};
  }

 private:
  /// What nodes at the top of the mount say. Only btrfs is asked: another volume can be a server that does not answer.
  std::uint64_t device_of(const Mount& mount, const MachinePath& path) const {
    if (mount.id == root_position_.mount_id) return root_position_.device;
    if (mount.type != "btrfs") return mount.device;
    PathWalk walk(root_);
    if (walk.go(path, false) != 0) return mount.device;
    const Position top = position_of(walk.folder());
    return top.mount_id == mount.id ? top.device : mount.device;
  }

  static std::uint64_t block_device_of(const Mount& mount) {
    struct stat status{};
    const bool has_none = mount.device >> 32 == 0;  // btrfs and others with a device number that is made up
    if (!has_none || !mount.source.starts_with("/dev/") || ::stat(mount.source.c_str(), &status) != 0) {
      return mount.device;
    }
    return device_id(major(status.st_rdev), minor(status.st_rdev));
  }

  int root_;
  Position root_position_;
  std::vector<Mount> mounts_;
  std::string root_path_;
};

/// In a chroot the table does not show the mount that holds the root.
Volume describe_unlisted(int fd, const Position& position) {
  const std::string type = type_of_volume(fd);
  return {.device = position.device,
          .volume_class = class_of_volume(type, position.device),
          .type = type,
          .mounted_at = {}};
}

}  // namespace

std::vector<Volume> volumes_beneath(int root) {
  const MountsOfTree mounts(root);
  std::vector<Volume> volumes = {volume_of(root, root)};
  volumes.front().mounted_at = "/";
  for (const Mount& mount : mounts.all()) {
    if (mount.id == mounts.root_position().mount_id) continue;
    if (const auto path = mounts.path_of(mount)) volumes.push_back(mounts.describe(mount, *path));
  }
  return volumes;
}

Volume volume_of(int root, int fd) {
  const MountsOfTree mounts(root);
  const Position position = position_of(fd);
  const bool is_root_volume =
      position.mount_id == mounts.root_position().mount_id && position.device == mounts.root_position().device;
  const Mount* mount = mounts.find(position.mount_id);
  Volume volume =
      mount != nullptr ? mounts.describe(*mount, mounts.path_of(*mount).value_or("")) : describe_unlisted(fd, position);
  if (volume.device != position.device && volume.type == "btrfs") volume.mounted_at.clear();
  if (is_root_volume) volume.mounted_at = "/";
  volume.device = position.device;
  return volume;
}

}  // namespace rehome::linux_files
