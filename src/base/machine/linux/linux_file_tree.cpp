// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/linux_file_tree.h"

#include "base/machine/linux/internal/reading_folder.h"
#include "base/machine/linux/internal/tree_root.h"
#include "base/machine/linux/internal/volume_list.h"
#include "base/machine/linux/internal/writable_folder.h"

namespace rehome {

namespace {

using linux_files::LinuxFolder;
using linux_files::LinuxWritableFolder;
using linux_files::open_folder_at;
using linux_files::TreeRoot;

class LinuxFileTree final : public FileTree {
 public:
  explicit LinuxFileTree(const std::string& root) : root_(std::make_shared<const TreeRoot>(root)) {}

  std::vector<MachinePath> roots() override { return {"/"}; }
  std::unique_ptr<Folder> open(const MachinePath& path) override {
    return std::make_unique<LinuxFolder>(open_folder_at(root_, path));
  }
  std::unique_ptr<WritableFolder> open_for_writing(const MachinePath& path) override {
    return std::make_unique<LinuxWritableFolder>(open_folder_at(root_, path));
  }
  MachinePath canonical(const MachinePath& path) override { return root_->canonical(path); }
  std::vector<Volume> volumes() override { return linux_files::volumes_beneath(root_->fd()); }

 private:
  std::shared_ptr<const TreeRoot> root_;
};

}  // namespace

std::unique_ptr<FileTree> open_linux_file_tree(const std::string& root) {
  return std::make_unique<LinuxFileTree>(root);
}

}  // namespace rehome
