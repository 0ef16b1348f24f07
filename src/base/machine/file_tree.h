// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files of one computer, always relative to an open folder: no call below takes a path of more than one name, so
// nothing can be swapped between a check and its use, and no depth is too deep. A `name` is one component: any bytes
// but NUL and '/', never "." or "..": implementations check that.
//
// Paths (MachinePath) are absolute, '/' between components, on every machine: "/home/ann", "C:/Users/ann". In a
// Windows path the first component is the drive. Names on a Linux machine are bytes; on a Windows machine UTF-8.
//
// All methods throw Error. All may be called from several threads at once.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"
#include "base/machine/node.h"

namespace rehome {

using MachinePath = std::string;

enum class VolumeClass { local, removable, network, fuse, pseudo };
std::string_view name_of(VolumeClass volume_class);

struct Volume {
  std::uint64_t device = 0;  // NodeInfo::device of the nodes on it
  VolumeClass volume_class = VolumeClass::local;
  std::string type;        // "ext4", "nfs4", "proc", "ntfs"
  MachinePath mounted_at;  // empty where it is no mount point (a btrfs subvolume)
  bool operator==(const Volume&) const = default;
};

struct Space {
  std::uint64_t free_bytes = 0;  // for this process: root's reserve counts only for root
  std::uint64_t total_bytes = 0;
  std::uint64_t free_inodes = 0;  // UINT64_MAX where the volume has no limit
};

/// An open file. Reading never changes the source: no access time is written.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  /// Reads up to out.size() bytes at `offset`; returns how many, 0 only at the end.
  virtual std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) = 0;
  /// As NodeInfo of Folder::inspect, of what is really open.
  virtual NodeInfo inspect() = 0;
  /// Fills flags and attributes.
  virtual void read_attributes(Metadata& metadata) = 0;
  /// The ranges with data, ascending, none empty; one range over everything for a dense file.
  virtual std::vector<Extent> data_extents() = 0;
};

/// An open folder, for reading.
class Folder {
 public:
  virtual ~Folder() = default;
  /// Every name but "." and "..", in the volume's order.
  virtual std::vector<DirectoryEntry> list() = 0;
  /// lstat of a child; throws Error(not_found) where there is none.
  virtual NodeInfo inspect(std::string_view name) = 0;
  virtual NodeInfo inspect_self() = 0;
  /// Fills flags and attributes of a child of any kind; no link is followed.
  virtual void read_attributes(std::string_view name, Metadata& metadata) = 0;
  virtual void read_own_attributes(Metadata& metadata) = 0;
  /// Throws Error(not_found) also when the name is no folder or a link to one. Crosses mount points.
  virtual std::unique_ptr<Folder> open_folder(std::string_view name) = 0;
  /// Regular files only: anything else throws, and nothing blocks on a fifo or wakes a device.
  virtual std::unique_ptr<ReadableFile> open_file(std::string_view name) = 0;
  virtual std::string read_link(std::string_view name) = 0;
  virtual Volume volume() = 0;
};

/// What could not be kept, in words for the report: "extended attribute user.x: not supported by vfat".
using MetadataLosses = std::vector<std::string>;

/// Where a volume cannot hold a file without a name, an uncommitted file has one that begins so; so does what replaces
/// another by rename, and a folder or link until it is its owner's. A process that died may have left some behind:
/// whoever owns the folder may remove them.
constexpr std::string_view kTemporaryPrefix = ".rehome-tmp-";

/// A file that does not exist under its name before commit(); gone without a trace if destroyed before that.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual void write_at(std::uint64_t offset, ByteView bytes) = 0;
  /// Cuts or extends with a hole.
  virtual void set_size(std::uint64_t size) = 0;
  /// Owner, then mode, then attributes, then times, then flags. Call it after the last write.
  virtual MetadataLosses set_metadata(const Metadata& metadata) = 0;
  /// The same before and after it has its name.
  virtual NodeIdentity identity() = 0;
  /// Content and size are on the device when this returns.
  virtual void sync() = 0;
  /// Gives it its name; throws Error(already_exists) if something has that name.
  virtual void commit() = 0;
  /// Gives it its name in place of a file or link that has it, atomically.
  virtual void commit_replacing() = 0;
};

/// An open folder, for writing. New files and folders are private to the owner of this process until their metadata
/// is set. No link is ever followed.
///
/// A home that is in use has an owner who can give any name to another node at any moment. So what is made says which
/// node it is, and metadata is set on that node or not at all: a process with the rights of root that goes by the name
/// would give away whatever was put there meanwhile.
class WritableFolder : public Folder {
 public:
  /// Throws Error(already_exists).
  virtual void create_folder(std::string_view name) = 0;
  /// create_folder(), and opens what it made. Throws Error(refused) where the name is another's by then.
  virtual std::unique_ptr<WritableFolder> create_and_open_folder(std::string_view name) = 0;
  virtual std::unique_ptr<WritableFolder> open_folder_for_writing(std::string_view name) = 0;
  virtual std::unique_ptr<WritableFile> create_file(std::string_view name) = 0;
  /// Throws Error(refused) where the name is another's as soon as it is made; so does create_special().
  virtual NodeIdentity create_symlink(std::string_view name, std::string_view target) = 0;
  /// fifo, socket, char_device or block_device.
  virtual NodeIdentity create_special(std::string_view name, NodeKind kind, std::uint64_t device_number) = 0;
  /// A further name for the file or symlink `from`/`from_name`, which must be of the same machine and volume: else
  /// Error with system code EXDEV. A refused link keeps its errno (EPERM: immutable; EMLINK: too many).
  virtual void link(std::string_view name, Folder& from, std::string_view from_name) = 0;
  /// Throws Error(already_exists) if `to_name` is taken, unless `replace`.
  virtual void rename(std::string_view name, WritableFolder& to, std::string_view to_name, bool replace) = 0;
  virtual void remove_file(std::string_view name) = 0;
  /// Only when empty.
  virtual void remove_folder(std::string_view name) = 0;
  /// For a child of any kind, in the order of WritableFile::set_metadata. Throws Error(refused), and changes nothing,
  /// where what has this name now is not `node`.
  virtual MetadataLosses set_metadata(std::string_view name, const NodeIdentity& node, const Metadata& metadata) = 0;
  virtual MetadataLosses set_own_metadata(const Metadata& metadata) = 0;
  /// The entries of this folder are on the device when this returns.
  virtual void sync() = 0;
  /// Everything written to this folder's volume is on the device when this returns.
  virtual void sync_volume() = 0;
  /// A name that nothing has and nobody can foresee, kTemporaryPrefix and 16 digits, for what gets its own by rename().
  virtual std::string temporary_name() = 0;
  virtual Space space() = 0;
  /// Holds this folder for this process alone until the result is destroyed; nullptr if another process has it.
  /// `name` is the lock's file, created if missing.
  virtual std::unique_ptr<class FolderLock> try_lock(std::string_view name) = 0;
};

class FolderLock {
 public:
  virtual ~FolderLock() = default;
};

class FileTree {
 public:
  virtual ~FileTree() = default;
  /// The roots of all trees: {"/"} on Linux, {"C:/", "D:/"} on Windows.
  virtual std::vector<MachinePath> roots() = 0;
  /// Opens a folder by its path, component by component beneath its root. Links in the path are resolved beneath the
  /// root too (an absolute link in a foreign root never leaves it). Throws Error(not_found).
  virtual std::unique_ptr<Folder> open(const MachinePath& path) = 0;
  /// As open(); throws Error(unsupported) on machines that are only read (offline volumes).
  virtual std::unique_ptr<WritableFolder> open_for_writing(const MachinePath& path) = 0;
  /// `path` with every link in it resolved beneath the root. From where it does not exist or cannot be looked at on, be
  /// it what a link leads to, the rest is kept as it is: who opens the place hears why. So nothing that somebody did to
  /// a folder makes this throw, only a lack of memory or handles does.
  virtual MachinePath canonical(const MachinePath& path) = 0;
  /// Every mounted volume at or beneath the roots.
  virtual std::vector<Volume> volumes() = 0;
};

}  // namespace rehome
