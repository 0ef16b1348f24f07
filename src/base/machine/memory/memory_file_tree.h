// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files of the fake machine: the FileTree that stages use, and whole-path shortcuts with which tests build a tree
// and look at it. The shortcuts make missing parents, follow links except the last one, let new things belong to the
// owner of their parent, never fail on purpose and survive crash(). Any thread may call anything.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/machine.h"
#include "base/machine/memory/failures.h"
#include "base/machine/memory/volume_options.h"

namespace rehome {

namespace memory {
struct Tree;
struct Node;
class TreeState;
}  // namespace memory

class MemoryFileTree final : public FileTree {
 public:
  MemoryFileTree(MachineFlavour flavour, const Clock& clock);
  ~MemoryFileTree() override;

  std::vector<MachinePath> roots() override;
  std::unique_ptr<Folder> open(const MachinePath& path) override;
  std::unique_ptr<WritableFolder> open_for_writing(const MachinePath& path) override;
  MachinePath canonical(const MachinePath& path) override;
  std::vector<Volume> volumes() override;

  void add_drive(char letter);
  /// Mounts a new empty volume on a folder. Gives its device.
  std::uint64_t mount(const MachinePath& path, const VolumeOptions& options = {});
  /// Shows the folder `from` at `to` as well.
  void bind(const MachinePath& from, const MachinePath& to);
  /// Makes the volume that holds `path` one of another class.
  void set_volume_class(const MachinePath& path, VolumeClass volume_class);
  void add_folder(const MachinePath& path);
  /// Replaces the content of a file that is there (same inode, new times), else makes one.
  void add_file(const MachinePath& path, std::string_view content);
  /// Makes a file or writes into one; what lies between is a hole.
  void write_into(const MachinePath& path, std::uint64_t offset, std::string_view content);
  void set_size(const MachinePath& path, std::uint64_t size);
  void add_symlink(const MachinePath& path, std::string_view target);
  void add_special(const MachinePath& path, NodeKind kind, std::uint64_t device_number = 0);
  /// A further name for the file `existing`.
  void add_link(const MachinePath& path, const MachinePath& existing);
  void edit(const MachinePath& path, const std::function<void(Metadata&)>& change);
  /// With everything in it.
  void remove(const MachinePath& path);
  void rename(const MachinePath& path, const MachinePath& new_path);

  bool exists(const MachinePath& path);
  /// With flags and attributes. Throws Error(not_found).
  NodeInfo inspect(const MachinePath& path);
  std::string content_of(const MachinePath& path);
  std::string target_of(const MachinePath& path);
  std::vector<Extent> extents_of(const MachinePath& path);
  /// The names in a folder, sorted.
  std::vector<std::string> names_in(const MachinePath& path);
  /// Every path below a folder, without the folder itself, sorted; crosses mounts.
  std::vector<MachinePath> paths_below(const MachinePath& path);

  Failures& failures();
  std::uint64_t open_folders() const;
  std::uint64_t open_files() const;

  /// From here on crash() drops whatever no sync covered; everything that is there now is durable.
  void lose_unsynced();
  /// A power cut: locks are gone, unsynced data, names and removals are undone. With `luck`, each of them is lost or
  /// kept by a coin seeded with it. Handles that are still open must not be used any more.
  void crash(std::optional<std::uint64_t> luck = std::nullopt);

 private:
  struct Spot;
  Spot spot(memory::TreeState& state, const MachinePath& path);
  std::shared_ptr<memory::Node> node_at(memory::TreeState& state, const MachinePath& path) const;
  std::shared_ptr<memory::Node> add(memory::TreeState& state, const MachinePath& path, NodeKind kind);

  std::unique_ptr<memory::Tree> tree_;
};

}  // namespace rehome
