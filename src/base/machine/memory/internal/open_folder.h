// SPDX-License-Identifier: Apache-2.0
#pragma once
// Open folders of the fake machine. One class reads and writes; who got it as a Folder cannot write.

#include <memory>
#include <string>

#include "base/machine/memory/internal/tree.h"

namespace rehome::memory {

class OpenFolder final : public WritableFolder {
 public:
  OpenFolder(Tree& tree, Place place);
  ~OpenFolder() override { --tree_.open_folders; }

  std::vector<DirectoryEntry> list() override;
  NodeInfo inspect(std::string_view name) override;
  NodeInfo inspect_self() override;
  void read_attributes(std::string_view name, Metadata& metadata) override;
  void read_own_attributes(Metadata& metadata) override;
  std::unique_ptr<Folder> open_folder(std::string_view name) override;
  std::unique_ptr<ReadableFile> open_file(std::string_view name) override;
  std::string read_link(std::string_view name) override;
  Volume volume() override;

  void create_folder(std::string_view name) override;
  std::unique_ptr<WritableFolder> create_and_open_folder(std::string_view name) override;
  std::unique_ptr<WritableFolder> open_folder_for_writing(std::string_view name) override;
  std::unique_ptr<WritableFile> create_file(std::string_view name) override;
  NodeIdentity create_symlink(std::string_view name, std::string_view target) override;
  NodeIdentity create_special(std::string_view name, NodeKind kind, std::uint64_t device_number) override;
  void link(std::string_view name, Folder& from, std::string_view from_name) override;
  void rename(std::string_view name, WritableFolder& to, std::string_view to_name, bool replace) override;
  void remove_file(std::string_view name) override;
  void remove_folder(std::string_view name) override;
  MetadataLosses set_metadata(std::string_view name, const NodeIdentity& node, const Metadata& metadata) override;
  MetadataLosses set_own_metadata(const Metadata& metadata) override;
  void sync() override;
  void sync_volume() override;
  std::string temporary_name() override;
  Space space() override;
  std::unique_ptr<FolderLock> try_lock(std::string_view name) override;

 private:
  /// Checks the name, counts the call and lets it fail. Returns the child's path.
  MachinePath pass(Operation operation, std::string_view name);
  std::shared_ptr<Node> child(const TreeState& state, std::string_view name, Operation operation) const;
  std::unique_ptr<OpenFolder> open_child(std::string_view name);
  /// Makes a child that is no file; throws where it cannot.
  std::shared_ptr<Node> create(TreeState& state, std::string_view name, NodeKind kind, Operation operation);

  Tree& tree_;
  std::shared_ptr<Node> node_;
  MachinePath path_;
  std::uint64_t mount_;
};

}  // namespace rehome::memory
