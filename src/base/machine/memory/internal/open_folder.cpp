// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/internal/open_folder.h"

#include <cerrno>
#include <utility>

#include "base/machine/memory/internal/open_file.h"

namespace rehome::memory {

OpenFolder::OpenFolder(Tree& tree, Place place)
    : tree_(tree), node_(std::move(place.node)), path_(std::move(place.path)), mount_(place.mount) {
  ++tree_.open_folders;
}

MachinePath OpenFolder::pass(Operation operation, std::string_view name) {
  check_name(name);
  MachinePath path = join(path_, name);
  tree_.failures.pass(operation, path);
  return path;
}

std::shared_ptr<Node> OpenFolder::child(const TreeState& state, std::string_view name, Operation operation) const {
  auto found = state.find(*node_, name);
  if (!found) throw failure(ENOENT, operation, join(path_, name));
  return found;
}

std::vector<DirectoryEntry> OpenFolder::list() {
  tree_.failures.pass(Operation::list, path_);
  auto state = tree_.state.lock();
  std::vector<DirectoryEntry> entries;
  entries.reserve(node_->names.size());
  for (const auto& [key, name] : node_->names) {
    entries.push_back({name.name, name.node->info.kind, name.node->info.inode});
  }
  return entries;
}

NodeInfo OpenFolder::inspect(std::string_view name) {
  pass(Operation::inspect, name);
  auto state = tree_.state.lock();
  NodeInfo info = child(*state, name, Operation::inspect)->inspect();
  info.mount = state->mount_of(*node_, name, mount_);
  return info;
}

NodeInfo OpenFolder::inspect_self() {
  tree_.failures.pass(Operation::inspect, path_);
  auto state = tree_.state.lock();
  NodeInfo info = node_->inspect();
  info.mount = mount_;
  return info;
}

void OpenFolder::read_attributes(std::string_view name, Metadata& metadata) {
  pass(Operation::read_attributes, name);
  auto state = tree_.state.lock();
  const auto node = child(*state, name, Operation::read_attributes);
  metadata.flags = node->info.metadata.flags;
  metadata.attributes = node->info.metadata.attributes;
}

void OpenFolder::read_own_attributes(Metadata& metadata) {
  tree_.failures.pass(Operation::read_attributes, path_);
  auto state = tree_.state.lock();
  metadata.flags = node_->info.metadata.flags;
  metadata.attributes = node_->info.metadata.attributes;
}

std::unique_ptr<OpenFolder> OpenFolder::open_child(std::string_view name) {
  MachinePath path = pass(Operation::open_folder, name);
  std::shared_ptr<Node> node;
  std::uint64_t mount = 0;
  {
    auto state = tree_.state.lock();
    node = child(*state, name, Operation::open_folder);
    mount = state->mount_of(*node_, name, mount_);
  }
  if (!node->is_folder()) throw failure(ENOTDIR, Operation::open_folder, path);
  return std::make_unique<OpenFolder>(tree_, Place{std::move(node), std::move(path), mount});
}

std::unique_ptr<Folder> OpenFolder::open_folder(std::string_view name) { return open_child(name); }

std::unique_ptr<WritableFolder> OpenFolder::open_folder_for_writing(std::string_view name) { return open_child(name); }

std::unique_ptr<ReadableFile> OpenFolder::open_file(std::string_view name) {
  MachinePath path = pass(Operation::open_file, name);
  std::shared_ptr<Node> node;
  {
    auto state = tree_.state.lock();
    node = child(*state, name, Operation::open_file);
  }
  if (node->info.kind == NodeKind::symlink) throw failure(ELOOP, Operation::open_file, path);
  if (node->info.kind != NodeKind::file) {
    throw Error(ErrorCode::unsupported, "cannot open " + path + ": it is a " + std::string(name_of(node->info.kind)));
  }
  return std::make_unique<OpenFile>(tree_, std::move(node), std::move(path));
}

std::string OpenFolder::read_link(std::string_view name) {
  const MachinePath path = pass(Operation::read_link, name);
  auto state = tree_.state.lock();
  const auto node = child(*state, name, Operation::read_link);
  if (node->info.kind != NodeKind::symlink) throw failure(EINVAL, Operation::read_link, path);
  return node->link_target;
}

Volume OpenFolder::volume() { return node_->volume->volume; }

}  // namespace rehome::memory
