// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/volume_type.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "base/core/bytes.h"

namespace rehome::linux_files {

namespace {

struct MagicName {
  std::uint32_t magic;
  const char* type;
};

constexpr MagicName kMagicNames[] = {
    {EXT4_SUPER_MAGIC, "ext4"},
    {XFS_SUPER_MAGIC, "xfs"},
    {BTRFS_SUPER_MAGIC, "btrfs"},
    {F2FS_SUPER_MAGIC, "f2fs"},
    {MSDOS_SUPER_MAGIC, "vfat"},
    {EXFAT_SUPER_MAGIC, "exfat"},
    {0x7366746E, "ntfs3"},
    {0x5346544E, "ntfs"},
    {OVERLAYFS_SUPER_MAGIC, "overlay"},
    {0x2FC12FC1, "zfs"},
    {0xCA451A4E, "bcachefs"},
    {ECRYPTFS_SUPER_MAGIC, "ecryptfs"},
    {ISOFS_SUPER_MAGIC, "iso9660"},
    {SQUASHFS_MAGIC, "squashfs"},
    {TMPFS_MAGIC, "tmpfs"},
    {RAMFS_MAGIC, "ramfs"},
    {PROC_SUPER_MAGIC, "proc"},
    {SYSFS_MAGIC, "sysfs"},
    {NFS_SUPER_MAGIC, "nfs"},
    {SMB_SUPER_MAGIC, "smbfs"},
    {CIFS_SUPER_MAGIC, "cifs"},
    {SMB2_SUPER_MAGIC, "smb3"},
    {CEPH_SUPER_MAGIC, "ceph"},
    {V9FS_MAGIC, "9p"},
    {AFS_SUPER_MAGIC, "afs"},
    {0x6A656A63, "virtiofs"},
    {FUSE_SUPER_MAGIC, "fuse"},
    {DEVPTS_SUPER_MAGIC, "devpts"},
    {CGROUP2_SUPER_MAGIC, "cgroup2"},
    {CGROUP_SUPER_MAGIC, "cgroup"},
};

constexpr std::string_view kNetworkTypes[] = {
    "9p",   "afs",      "beegfs", "ceph", "cifs",  "coda",   "glusterfs", "lustre", "ncpfs",  "nfs",
    "nfs4", "orangefs", "pvfs2",  "smb3", "smbfs", "vboxsf", "virtiofs",  "vmhgfs", "webdav",
};

// Nothing in these outlasts a restart. What is not listed here counts as a place where people keep things.
constexpr std::string_view kPseudoTypes[] = {
    "autofs",    "binder",  "binfmt_misc", "bpf",      "cgroup",  "cgroup2",   "configfs",   "cpuset",
    "debugfs",   "devpts",  "devtmpfs",    "efivarfs", "fusectl", "hugetlbfs", "mqueue",     "nfsd",
    "nsfs",      "pipefs",  "proc",        "pstore",   "ramfs",   "resctrl",   "rpc_pipefs", "securityfs",
    "selinuxfs", "smackfs", "sockfs",      "sysfs",    "tmpfs",   "tracefs",
};

constexpr int kDeepestStack = 16;  // encryption on a volume group on a RAID is three

bool says_one(const std::filesystem::path& file) {
  char digit = '0';
  std::ifstream(file) >> digit;
  return digit == '1';
}

/// `device` is a folder of sysfs: a disk, a partition, or something mapped onto others.
bool is_removable(const std::filesystem::path& device, int depth) {
  if (depth == kDeepestStack) return false;
  std::error_code missing;
  const auto real = std::filesystem::canonical(device, missing);
  if (missing) return false;
  const auto disk = std::filesystem::exists(real / "partition", missing) ? real.parent_path() : real;
  if (says_one(disk / "removable")) return true;
  const auto slaves = std::filesystem::directory_iterator(real / "slaves", missing);
  return !missing && std::any_of(begin(slaves), end(slaves),
                                 [&](const auto& slave) { return is_removable(slave.path(), depth + 1); });
}

bool is_removable(std::uint64_t device) {
  const std::string number = std::to_string(device >> 32) + ":" + std::to_string(device & UINT32_MAX);
  return is_removable("/sys/dev/block/" + number, 0);
}

std::string hexadecimal(std::uint32_t number) {
  Bytes bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(number >> shift));
  return "0x" + to_hex(bytes);
}

}  // namespace

std::string type_of_volume(int fd) {
  struct statfs volume{};
  if (::fstatfs(fd, &volume) != 0) return "unknown";
  const auto magic = static_cast<std::uint32_t>(volume.f_type);
  const auto* found = std::ranges::find(kMagicNames, magic, &MagicName::magic);
  return found == std::end(kMagicNames) ? hexadecimal(magic) : found->type;
}

VolumeClass class_of_volume(std::string_view type, std::uint64_t device) {
  if (std::ranges::count(kNetworkTypes, type) > 0) return VolumeClass::network;
  if (std::ranges::count(kPseudoTypes, type) > 0) return VolumeClass::pseudo;
  if (type == "fuse" || type.starts_with("fuse.")) return VolumeClass::fuse;  // "fuseblk" has a disk beneath
  return is_removable(device) ? VolumeClass::removable : VolumeClass::local;
}

}  // namespace rehome::linux_files
