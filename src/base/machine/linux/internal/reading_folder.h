// SPDX-License-Identifier: Apache-2.0
#pragma once
// The reading half of Folder and of WritableFolder, from one OpenFolder. Any thread may call.

#include "base/machine/linux/internal/open_folder.h"

namespace rehome::linux_files {

template <typename Interface>
class ReadingFolder : public Interface, public OpenFolder {
 public:
  using OpenFolder::OpenFolder;

  std::vector<DirectoryEntry> list() override { return OpenFolder::list(); }
  NodeInfo inspect(std::string_view name) override { return OpenFolder::inspect(name); }
  NodeInfo inspect_self() override { return OpenFolder::inspect_self(); }
  void read_attributes(std::string_view name, Metadata& metadata) override {
    OpenFolder::read_attributes(name, metadata);
  }
  void read_own_attributes(Metadata& metadata) override { OpenFolder::read_own_attributes(metadata); }
  std::unique_ptr<Folder> open_folder(std::string_view name) override {
    return std::make_unique<ReadingFolder<Folder>>(OpenFolder::open_folder(name));
  }
  std::unique_ptr<ReadableFile> open_file(std::string_view name) override { return OpenFolder::open_file(name); }
  std::string read_link(std::string_view name) override { return OpenFolder::read_link(name); }
  Volume volume() override { return OpenFolder::volume(); }
};

using LinuxFolder = ReadingFolder<Folder>;

}  // namespace rehome::linux_files
