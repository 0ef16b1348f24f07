// SPDX-License-Identifier: Apache-2.0
#include "base/boot/volume.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>

#include <climits>

#include "base/core/bytes.h"
#include "base/core/error.h"
#include "base/core/platform/fd.h"
#include "base/machine/linux/linux_file_tree.h"
#include "base/machine/linux/mount_table.h"

namespace rehome::boot {

namespace {

struct SuperBlock {
  const char* type;
  off_t magic_at;
  std::string_view magic;
  off_t uuid_at;
};
// Documentation of the kernel: ext4 "The Super Block", XFS "struct xfs_sb", btrfs "On-disk format".
constexpr std::array<SuperBlock, 3> kSuperBlocks = {{{"ext4", 1024 + 0x38, "\x53\xEF", 1024 + 0x68},
                                                     {"xfs", 0, "XFSB", 32},
                                                     {"btrfs", 65536 + 0x40, "_BHRfS_M", 65536 + 0x20}}};

std::optional<std::string> read_from(int fd, off_t at, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t count = platform::retry_interrupted([&] { return ::pread(fd, bytes.data(), size, at); });
  if (count != static_cast<ssize_t>(size)) return std::nullopt;
  return bytes;
}

std::string uuid_text(std::string_view bytes) {
  std::string text = to_hex(as_bytes(bytes));
  for (const std::size_t at : {std::size_t{20}, std::size_t{16}, std::size_t{12}, std::size_t{8}}) text.insert(at, "-");
  return text;
}

std::optional<linux_files::Mount> find_mount(std::uint64_t id) {
  const std::vector<linux_files::Mount> mounts = linux_files::read_mount_table();
  const auto found = std::ranges::find(mounts, id, &linux_files::Mount::id);
  return found == mounts.end() ? std::nullopt : std::optional(*found);
}

linux_files::Mount mount_of(const MachinePath& folder, FileTree& tree) {
  if (auto mount = find_mount(tree.open(folder)->inspect_self().mount)) return std::move(*mount);
  throw Error(ErrorCode::unsupported, "the system does not say what is mounted at " + folder);
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string link_target(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  return size <= 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

/// The kernel's name of the device; btrfs shows no numbers of one, others perhaps no path ("/dev/root").
std::string device_of(const linux_files::Mount& mount, FileTree& tree) {
  const std::string by_numbers = link_target("/sys/dev/block/" + mount.numbers);
  return base_name(by_numbers.empty() ? tree.canonical(mount.source) : by_numbers);
}

}  // namespace

std::optional<FileSystemIdentity> identify(const std::string& device_path) {
  const platform::UniqueFd device(::open(device_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!device) return std::nullopt;
  for (const SuperBlock& form : kSuperBlocks) {
    if (read_from(device.get(), form.magic_at, form.magic.size()) != form.magic) continue;
    if (const std::optional<std::string> uuid = read_from(device.get(), form.uuid_at, 16)) {
      return FileSystemIdentity{.uuid = uuid_text(*uuid), .type = form.type};
    }
  }
  return std::nullopt;
}

FileSystemIdentity file_system_of(const MachinePath& folder) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree("/");
  const linux_files::Mount mount = mount_of(folder, *tree);
  if (auto identity = identify("/dev/" + device_of(mount, *tree))) return std::move(*identity);
  throw Error(ErrorCode::unsupported, "the file system of " + folder + " (" + mount.type +
                                          ") has no identity that is known here; ext4, xfs and "
                                          "btrfs have");
}

Volume volume_of(const MachinePath& folder) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree("/");
  const linux_files::Mount mount = mount_of(folder, *tree);
  const std::string device = device_of(mount, *tree);
  const std::optional<FileSystemIdentity> identity = identify("/dev/" + device);
  if (!identity || device.starts_with("dm-") || device.starts_with("md")) {
    throw Error(ErrorCode::unsupported,
                folder + " is on a volume (" + mount.type + " on " + mount.source +
                    ") that the initramfs made here cannot reach: it takes ext4, xfs and btrfs on a disk or partition; "
                    "for LVM, RAID and encrypted volumes start a live system, or give an image of your own");
  }
  Volume volume{.uuid = identity->uuid,
                .type = identity->type,
                .options = {},
                .device = device,
                .mounted_at = mount.mounted_at,
                .top = mount.top};
  if (volume.type == "btrfs" && mount.top != "/") volume.options = "subvol=" + mount.top;
  return volume;
}

}  // namespace rehome::boot
