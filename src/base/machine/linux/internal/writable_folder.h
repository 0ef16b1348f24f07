// SPDX-License-Identifier: Apache-2.0
#pragma once
// An open folder of a Linux tree, for writing. Any thread may call.

#include "base/machine/linux/internal/reading_folder.h"

namespace rehome::linux_files {

class LinuxWritableFolder final : public ReadingFolder<WritableFolder> {
 public:
  using ReadingFolder::ReadingFolder;

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
  bool may_be_ours(const NodeInfo& node) const;
  NodeIdentity identity_of_new(const Name& name, NodeKind kind) const;
};

}  // namespace rehome::linux_files
