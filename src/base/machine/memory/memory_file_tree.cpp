// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/memory_file_tree.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/core/check.h"
#include "base/machine/memory/internal/open_folder.h"

namespace rehome {

using memory::Node;
using memory::Place;
using memory::TreeState;

/// A name in a folder that is there.
struct MemoryFileTree::Spot {
  std::shared_ptr<Node> folder;
  std::string name;
};

namespace {

std::pair<MachinePath, std::string> split_last(const MachinePath& path) {
  const MachinePath trimmed = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
  const auto slash = trimmed.rfind('/');
  check(slash != MachinePath::npos, "a whole path with a parent is wanted: " + path);
  return {trimmed.substr(0, slash + 1), trimmed.substr(slash + 1)};
}

std::uint32_t default_mode(NodeKind kind) {
  return kind == NodeKind::folder ? 0755 : kind == NodeKind::symlink ? 0777 : 0644;
}

std::unique_ptr<memory::OpenFolder> open_path(memory::Tree& tree, const MachinePath& path) {
  tree.failures.pass(Operation::open_folder, path);
  std::optional<Place> place;
  {
    auto state = tree.state.lock();
    place = state->resolve(path, true);
  }
  if (!place) throw memory::failure(ENOENT, Operation::open_folder, path);
  if (!place->node->is_folder()) throw memory::failure(ENOTDIR, Operation::open_folder, path);
  return std::make_unique<memory::OpenFolder>(tree, std::move(*place));
}

void collect_below(const TreeState& state, const Node& folder, const MachinePath& path,
                   std::vector<MachinePath>& found) {
  for (const auto& [key, name] : folder.names) {
    found.push_back(memory::join(path, name.name));
    const auto node = state.find(folder, name.name);
    if (node->is_folder()) collect_below(state, *node, MachinePath(found.back()), found);
  }
}

}  // namespace

MemoryFileTree::MemoryFileTree(MachineFlavour flavour, const Clock& clock)
    : tree_(std::make_unique<memory::Tree>(flavour, clock)) {}

MemoryFileTree::~MemoryFileTree() = default;

std::vector<MachinePath> MemoryFileTree::roots() { return tree_->state.lock()->roots(); }

std::unique_ptr<Folder> MemoryFileTree::open(const MachinePath& path) { return open_path(*tree_, path); }

std::unique_ptr<WritableFolder> MemoryFileTree::open_for_writing(const MachinePath& path) {
  return open_path(*tree_, path);
}

MachinePath MemoryFileTree::canonical(const MachinePath& path) {
  auto state = tree_->state.lock();
  for (std::size_t end = path.size(); end != 0 && end != MachinePath::npos; end = path.rfind('/', end - 1)) {
    const auto place = state->resolve(path.substr(0, end), true);
    if (place && end == path.size()) return place->path;
    if (place) return (place->path.ends_with('/') ? place->path : place->path + '/') + path.substr(end + 1);
  }
  return path;
}

std::vector<Volume> MemoryFileTree::volumes() { return tree_->state.lock()->volumes(); }

void MemoryFileTree::add_drive(char letter) { tree_->state.lock()->add_drive(letter); }

std::uint64_t MemoryFileTree::mount(const MachinePath& path, const VolumeOptions& options) {
  add_folder(path);
  auto state = tree_->state.lock();
  const auto folder = state->resolve(path, true);
  if (!folder) throw memory::failure(ENOENT, Operation::open_folder, path);
  return state->mount(*folder, options);
}

void MemoryFileTree::bind(const MachinePath& from, const MachinePath& to) {
  add_folder(to);
  auto state = tree_->state.lock();
  const auto folder = state->resolve(from, true);
  const auto covered = state->resolve(to, true);
  check(folder && covered && folder->node->is_folder(), "only a folder is shown elsewhere: " + from);
  state->bind(*folder, *covered);
}

void MemoryFileTree::set_volume_class(const MachinePath& path, VolumeClass volume_class) {
  auto state = tree_->state.lock();
  node_at(*state, path)->volume->volume.volume_class = volume_class;
}

MemoryFileTree::Spot MemoryFileTree::spot(TreeState& state, const MachinePath& path) {
  auto [parent, name] = split_last(path);
  memory::check_name(name);
  auto place = state.resolve(parent, true);
  auto folder = place ? place->node : add(state, parent, NodeKind::folder);
  check(folder->is_folder(), "the parent is no folder: " + path);
  return {std::move(folder), std::move(name)};
}

std::shared_ptr<Node> MemoryFileTree::add(TreeState& state, const MachinePath& path, NodeKind kind) {
  const auto [folder, name] = spot(state, path);
  if (auto there = state.find(*folder, name)) {
    check(there->info.kind == kind, "something of another kind is there: " + path);
    return there;
  }
  const Metadata& owner = folder->info.metadata;
  auto node = state.make(folder->volume, kind, {owner.uid, owner.gid, default_mode(kind)});
  state.add_name(*folder, name, node);
  state.persist(*folder, name);
  return node;
}

std::shared_ptr<Node> MemoryFileTree::node_at(TreeState& state, const MachinePath& path) const {
  auto place = state.resolve(path, false);
  if (!place) throw memory::failure(ENOENT, Operation::inspect, path);
  return place->node;
}

void MemoryFileTree::add_folder(const MachinePath& path) {
  auto state = tree_->state.lock();
  if (!state->resolve(path, true)) add(*state, path, NodeKind::folder);
}

void MemoryFileTree::add_file(const MachinePath& path, std::string_view content) {
  auto state = tree_->state.lock();
  const auto node = add(*state, path, NodeKind::file);
  state->set_size(*node, 0);
  check(state->write(*node, 0, as_bytes(content)) == 0, "the volume is too small for " + path);
  state->sync(*node);
}

void MemoryFileTree::write_into(const MachinePath& path, std::uint64_t offset, std::string_view content) {
  auto state = tree_->state.lock();
  const auto node = add(*state, path, NodeKind::file);
  check(state->write(*node, offset, as_bytes(content)) == 0, "the volume is too small for " + path);
  state->sync(*node);
}

void MemoryFileTree::set_size(const MachinePath& path, std::uint64_t size) {
  auto state = tree_->state.lock();
  const auto node = add(*state, path, NodeKind::file);
  state->set_size(*node, size);
  state->sync(*node);
}

void MemoryFileTree::add_symlink(const MachinePath& path, std::string_view target) {
  auto state = tree_->state.lock();
  add(*state, path, NodeKind::symlink)->link_target = target;
}

void MemoryFileTree::add_special(const MachinePath& path, NodeKind kind, std::uint64_t device_number) {
  auto state = tree_->state.lock();
  add(*state, path, kind)->info.device_number = device_number;
}

void MemoryFileTree::add_link(const MachinePath& path, const MachinePath& existing) {
  auto state = tree_->state.lock();
  const auto node = node_at(*state, existing);
  const auto [folder, name] = spot(*state, path);
  check(folder->volume == node->volume, "a hard link stays on its volume: " + path);
  state->add_name(*folder, name, node);
  state->persist(*folder, name);
}

void MemoryFileTree::edit(const MachinePath& path, const std::function<void(Metadata&)>& change) {
  auto state = tree_->state.lock();
  const auto node = node_at(*state, path);
  change(node->info.metadata);
  std::ranges::sort(node->info.metadata.attributes, {}, &ExtendedAttribute::name);
  state->sync(*node);
}

void MemoryFileTree::remove(const MachinePath& path) {
  auto state = tree_->state.lock();
  if (!state->resolve(path, false)) return;
  const auto [folder, name] = spot(*state, path);
  state->remove_name(*folder, name);
  state->persist(*folder, name);
}

void MemoryFileTree::rename(const MachinePath& path, const MachinePath& new_path) {
  auto state = tree_->state.lock();
  const auto node = node_at(*state, path);
  const auto [folder, name] = spot(*state, path);
  const auto [new_folder, new_name] = spot(*state, new_path);
  state->remove_name(*folder, name);
  state->persist(*folder, name);
  state->add_name(*new_folder, new_name, node);
  state->persist(*new_folder, new_name);
}

bool MemoryFileTree::exists(const MachinePath& path) { return tree_->state.lock()->resolve(path, false).has_value(); }

NodeInfo MemoryFileTree::inspect(const MachinePath& path) {
  auto state = tree_->state.lock();
  const auto node = node_at(*state, path);
  NodeInfo info = node->inspect();
  info.metadata = node->info.metadata;
  return info;
}

std::string MemoryFileTree::content_of(const MachinePath& path) {
  auto state = tree_->state.lock();
  const auto node = node_at(*state, path);
  Bytes bytes(node->content.size());
  node->content.read_at(0, bytes);
  return std::string(as_text(bytes));
}

std::string MemoryFileTree::target_of(const MachinePath& path) {
  auto state = tree_->state.lock();
  return node_at(*state, path)->link_target;
}

std::vector<Extent> MemoryFileTree::extents_of(const MachinePath& path) {
  auto state = tree_->state.lock();
  return node_at(*state, path)->content.extents();
}

std::vector<std::string> MemoryFileTree::names_in(const MachinePath& path) {
  auto state = tree_->state.lock();
  std::vector<std::string> names;
  for (const auto& [key, name] : node_at(*state, path)->names) names.push_back(name.name);
  std::ranges::sort(names);
  return names;
}

std::vector<MachinePath> MemoryFileTree::paths_below(const MachinePath& path) {
  auto state = tree_->state.lock();
  std::vector<MachinePath> found;
  collect_below(*state, *node_at(*state, path), path, found);
  std::ranges::sort(found);
  return found;
}

Failures& MemoryFileTree::failures() { return tree_->failures; }

std::uint64_t MemoryFileTree::open_folders() const { return tree_->open_folders; }

std::uint64_t MemoryFileTree::open_files() const { return tree_->open_files; }

void MemoryFileTree::lose_unsynced() { tree_->state.lock()->lose_unsynced(); }

void MemoryFileTree::crash(std::optional<std::uint64_t> luck) { tree_->state.lock()->crash(luck); }

}  // namespace rehome
