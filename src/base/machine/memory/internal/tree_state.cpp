// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/internal/tree_state.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

namespace rehome::memory {

namespace {

constexpr std::size_t kMostLinksInPath = 40;  // as Linux

std::deque<std::string> components_of(std::string_view path, bool windows) {
  std::deque<std::string> components;
  std::string component;
  for (const char c : std::string(path) + "/") {
    if (c != '/' && !(windows && c == '\\')) {
      component.push_back(c);
      continue;
    }
    if (!component.empty() && component != ".") components.push_back(component);
    component.clear();
  }
  return components;
}

}  // namespace

TreeState::TreeState(MachineFlavour flavour, const Clock& clock) : flavour_(flavour), clock_(clock) {
  if (flavour_ == MachineFlavour::windows) {
    root_ = make(std::make_shared<VolumeState>(), NodeKind::folder, {});
    add_drive('C');
  } else {
    root_ = add_volume({}, "/");
  }
}

std::vector<MachinePath> TreeState::roots() const {
  if (flavour_ == MachineFlavour::linux) return {"/"};
  std::vector<MachinePath> drives;
  for (const auto& [folded, name] : root_->names) drives.push_back(name.name + "/");
  return drives;
}

std::vector<Volume> TreeState::volumes() const {
  std::vector<Volume> mounted;
  for (const auto& volume : volumes_) {
    if (!volume->volume.mounted_at.empty()) mounted.push_back(volume->volume);
  }
  return mounted;
}

void TreeState::add_drive(char letter) {
  const std::string name{letter, ':'};
  add_name(*root_, name, add_volume({.type = "ntfs"}, name + "/"));
}

std::uint64_t TreeState::mount(const Place& folder, const VolumeOptions& options) {
  auto root = add_volume(options, options.is_subvolume ? "" : folder.path);
  const std::uint64_t device = root->info.device;
  mounts_[folder.node] = {std::move(root), options.is_subvolume ? 0 : next_mount_++};
  return device;
}

void TreeState::bind(const Place& from, const Place& folder) { mounts_[folder.node] = {from.node, next_mount_++}; }

std::shared_ptr<Node> TreeState::add_volume(const VolumeOptions& options, MachinePath mounted_at) {
  auto volume = std::make_shared<VolumeState>();
  volume->volume = {next_device_++, options.volume_class, options.type, std::move(mounted_at)};
  volume->options = options;
  volumes_.push_back(volume);
  return make(volume, NodeKind::folder, {.mode = 0755});
}

std::string TreeState::key(std::string_view name) const {
  std::string folded(name);
  if (flavour_ == MachineFlavour::windows) {
    // Letters beyond ASCII keep their case, unlike on NTFS: enough for what the stages decide.
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return folded;
}

const TreeState::Mount* TreeState::mount_on(const Node& folder, std::string_view name) const {
  const auto found = folder.names.find(key(name));
  if (found == folder.names.end()) return nullptr;
  const auto mounted = mounts_.find(found->second.node);
  return mounted == mounts_.end() ? nullptr : &mounted->second;
}

std::optional<TreeState::Step> TreeState::step(const Step& from, std::string_view name) const {
  const auto found = from.node->names.find(key(name));
  if (found == from.node->names.end()) return std::nullopt;
  const Mount* mounted = mount_on(*from.node, name);
  return Step{found->second.name, mounted == nullptr ? found->second.node : mounted->top,
              mount_of(*from.node, name, from.mount)};
}

std::shared_ptr<Node> TreeState::find(const Node& folder, std::string_view name) const {
  const auto found = folder.names.find(key(name));
  if (found == folder.names.end()) return nullptr;
  const Mount* mounted = mount_on(folder, name);
  return mounted == nullptr ? found->second.node : mounted->top;
}

bool TreeState::is_mount_point(const Node& folder, std::string_view name) const {
  return mount_on(folder, name) != nullptr;
}

std::uint64_t TreeState::mount_of(const Node& folder, std::string_view name, std::uint64_t mount) const {
  const Mount* mounted = mount_on(folder, name);
  return mounted == nullptr || mounted->number == 0 ? mount : mounted->number;
}

bool TreeState::is_absolute(std::string_view path) const {
  return path.starts_with('/') || (flavour_ == MachineFlavour::windows && path.size() > 1 && path[1] == ':');
}

MachinePath TreeState::path_of(const std::vector<Step>& steps) const {
  MachinePath path;
  for (const Step& step : steps) {
    if (flavour_ == MachineFlavour::linux || !path.empty()) path += '/';
    path += step.name;
  }
  if (flavour_ == MachineFlavour::windows) return steps.size() == 1 ? path + "/" : path;
  return path.empty() ? "/" : path;
}

std::optional<Place> TreeState::resolve(std::string_view path, bool follow_last) const {
  const bool windows = flavour_ == MachineFlavour::windows;
  if (!is_absolute(path)) return std::nullopt;
  std::deque<std::string> pending = components_of(path, windows);
  std::vector<Step> steps;
  for (std::size_t links = 0; !pending.empty();) {
    const std::string component = std::move(pending.front());
    pending.pop_front();
    if (component == "..") {
      if (steps.size() > (windows ? 1U : 0U)) steps.pop_back();
      continue;
    }
    auto next = step(steps.empty() ? Step{"", root_, kRootMount} : steps.back(), component);
    if (!next) return std::nullopt;
    if (next->node->info.kind == NodeKind::symlink && (follow_last || !pending.empty())) {
      if (++links > kMostLinksInPath) return std::nullopt;
      const std::string& target = next->node->link_target;
      if (is_absolute(target)) steps.clear();
      const auto parts = components_of(target, windows);
      pending.insert(pending.begin(), parts.begin(), parts.end());
      continue;
    }
    steps.push_back(std::move(*next));
  }
  if (windows && steps.empty()) return std::nullopt;
  if (steps.empty()) return Place{root_, path_of(steps), kRootMount};
  return Place{steps.back().node, path_of(steps), steps.back().mount};
}

std::shared_ptr<Node> TreeState::make(const std::shared_ptr<VolumeState>& volume, NodeKind kind, Owner owner) {
  auto node = std::make_shared<Node>(volume, kind);
  Metadata& metadata = node->info.metadata;
  metadata.uid = owner.uid;
  metadata.gid = owner.gid;
  metadata.mode = owner.mode;
  metadata.modified = metadata.accessed = metadata.changed = clock_.now();
  volume->nodes[node->info.inode] = node;
  if (loses_unsynced_) node->durable = DurablePart{metadata, {}, {}};
  return node;
}

void TreeState::add_name(Node& folder, std::string_view name, const std::shared_ptr<Node>& node) {
  if (folder.names.contains(key(name))) remove_name(folder, name);
  folder.names[key(name)] = {std::string(name), node};
  if (!node->is_folder()) ++node->info.link_count;
  node->info.metadata.changed = clock_.now();
  folder.info.metadata.modified = folder.info.metadata.changed = clock_.now();
}

void TreeState::remove_name(Node& folder, std::string_view name) {
  const auto found = folder.names.find(key(name));
  Node& node = *found->second.node;
  if (!node.is_folder()) --node.info.link_count;
  node.info.metadata.changed = clock_.now();
  folder.names.erase(found);
  folder.info.metadata.modified = folder.info.metadata.changed = clock_.now();
}

int TreeState::write(Node& node, std::uint64_t offset, ByteView bytes) {
  VolumeState& volume = *node.volume;
  const std::uint64_t needed = node.content.needed_for(offset, bytes.size());
  if (volume.options.capacity_bytes - std::min(volume.options.capacity_bytes, volume.used_bytes.load()) < needed) {
    return ENOSPC;
  }
  node.content.write_at(offset, bytes);
  volume.used_bytes += needed;
  node.info.metadata.modified = node.info.metadata.changed = clock_.now();
  return 0;
}

void TreeState::set_size(Node& node, std::uint64_t size) {
  const std::uint64_t before = node.content.allocated();
  node.content.set_size(size);
  node.volume->used_bytes -= before - node.content.allocated();
  node.info.metadata.modified = node.info.metadata.changed = clock_.now();
}

MetadataLosses TreeState::set_metadata(Node& node, const Metadata& metadata) {
  MetadataLosses losses;
  Metadata& own = node.info.metadata;
  const std::uint32_t mode_before = own.mode;
  own = metadata;
  own.mode = node.info.kind == NodeKind::symlink ? mode_before : metadata.mode & 07777;
  own.changed = clock_.now();
  std::ranges::sort(own.attributes, {}, &ExtendedAttribute::name);
  if (!node.volume->options.keeps_attributes) {
    for (const auto& attribute : own.attributes) {
      losses.push_back("extended attribute " + attribute.name + ": not supported by " + node.volume->volume.type);
    }
    if (own.flags != 0) losses.push_back("file flags: not supported by " + node.volume->volume.type);
    own.attributes.clear();
    own.flags = 0;
  }
  return losses;
}

}  // namespace rehome::memory
