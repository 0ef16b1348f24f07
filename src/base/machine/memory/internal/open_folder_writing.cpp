// SPDX-License-Identifier: Apache-2.0
// The half of OpenFolder that changes things.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/machine/memory/internal/open_file.h"
#include "base/machine/memory/internal/open_folder.h"

namespace rehome::memory {

namespace {

constexpr std::uint32_t kImmutable = 0x10, kAppendOnly = 0x20;  // FS_IMMUTABLE_FL, FS_APPEND_FL
constexpr std::uint64_t kUnlimitedFree = std::uint64_t{1} << 50;

bool is_guarded(const Node& node) { return (node.info.metadata.flags & (kImmutable | kAppendOnly)) != 0; }

bool lies_within(const Node& folder, const Node& wanted) {
  if (&folder == &wanted) return true;
  return std::ranges::any_of(folder.names, [&](const auto& entry) { return lies_within(*entry.second.node, wanted); });
}

/// The errno that forbids `node` to take the place of `there`, or 0.
int obstacle_to_replacing(const Node& there, const Node& node) {
  if (there.is_folder() && !node.is_folder()) return EISDIR;
  if (!there.is_folder() && node.is_folder()) return ENOTDIR;
  return there.names.empty() ? 0 : ENOTEMPTY;
}

[[noreturn]] void refuse_exchanged(const MachinePath& path) {
  throw Error(ErrorCode::refused, path + " was exchanged for something else meanwhile");
}

class HeldLock final : public FolderLock {
 public:
  HeldLock(Tree& tree, std::shared_ptr<Node> node, std::uint64_t holder)
      : tree_(tree), node_(std::move(node)), holder_(holder) {}
  ~HeldLock() override {
    auto state = tree_.state.lock();
    if (node_->lock_holder == holder_) node_->lock_holder = 0;  // else a crash took it away
  }

 private:
  Tree& tree_;
  std::shared_ptr<Node> node_;
  std::uint64_t holder_;
};

}  // namespace

std::shared_ptr<Node> OpenFolder::create(TreeState& state, std::string_view name, NodeKind kind, Operation operation) {
  const MachinePath path = join(path_, name);
  if (node_->info.link_count == 0) throw failure(ENOENT, operation, path);
  if (state.find(*node_, name)) throw failure(EEXIST, operation, path);
  const VolumeState& volume = *node_->volume;
  if (volume.used_inodes >= volume.options.capacity_inodes) throw failure(ENOSPC, operation, path);
  const std::uint32_t mode = kind == NodeKind::symlink ? 0777 : kind == NodeKind::folder ? 0700 : 0600;
  auto node = state.make(node_->volume, kind, {.mode = mode});
  state.add_name(*node_, name, node);
  return node;
}

void OpenFolder::create_folder(std::string_view name) {
  pass(Operation::create_folder, name);
  auto state = tree_.state.lock();
  create(*state, name, NodeKind::folder, Operation::create_folder);
}

std::unique_ptr<WritableFolder> OpenFolder::create_and_open_folder(std::string_view name) {
  pass(Operation::create_folder, name);
  std::shared_ptr<Node> made;
  {
    auto state = tree_.state.lock();
    made = create(*state, name, NodeKind::folder, Operation::create_folder);
  }
  auto opened = open_child(name);
  if (opened->node_ != made) refuse_exchanged(opened->path_);
  return opened;
}

std::unique_ptr<WritableFile> OpenFolder::create_file(std::string_view name) {
  MachinePath path = pass(Operation::create_file, name);
  if (node_->info.link_count == 0) throw failure(ENOENT, Operation::create_file, path);
  return std::make_unique<NewFile>(tree_, node_, std::string(name), std::move(path));
}

NodeIdentity OpenFolder::create_symlink(std::string_view name, std::string_view target) {
  pass(Operation::create_symlink, name);
  auto state = tree_.state.lock();
  const auto made = create(*state, name, NodeKind::symlink, Operation::create_symlink);
  made->link_target = target;
  return made->info.identity();
}

NodeIdentity OpenFolder::create_special(std::string_view name, NodeKind kind, std::uint64_t device_number) {
  const MachinePath path = pass(Operation::create_special, name);
  if (kind != NodeKind::fifo && kind != NodeKind::socket && kind != NodeKind::char_device &&
      kind != NodeKind::block_device) {
    throw failure(EINVAL, Operation::create_special, path);
  }
  auto state = tree_.state.lock();
  const auto made = create(*state, name, kind, Operation::create_special);
  made->info.device_number = device_number;
  return made->info.identity();
}

void OpenFolder::link(std::string_view name, Folder& from, std::string_view from_name) {
  const MachinePath path = pass(Operation::link, name);
  check_name(from_name);
  const auto* source = dynamic_cast<OpenFolder*>(&from);
  if (source == nullptr || &source->tree_ != &tree_) throw failure(EXDEV, Operation::link, path);
  auto state = tree_.state.lock();
  const auto node = source->child(*state, from_name, Operation::link);
  if (node->volume != node_->volume) throw failure(EXDEV, Operation::link, path);
  if (node->is_folder() || is_guarded(*node)) throw failure(EPERM, Operation::link, path);
  if (state->find(*node_, name)) throw failure(EEXIST, Operation::link, path);
  if (node->info.link_count >= node_->volume->options.links_per_file) throw failure(EMLINK, Operation::link, path);
  state->add_name(*node_, name, node);
}

void OpenFolder::rename(std::string_view name, WritableFolder& to, std::string_view to_name, bool replace) {
  const MachinePath path = pass(Operation::rename, name);
  check_name(to_name);
  const auto* target = dynamic_cast<OpenFolder*>(&to);
  if (target == nullptr || &target->tree_ != &tree_) throw failure(EXDEV, Operation::rename, path);
  auto state = tree_.state.lock();
  const auto node = child(*state, name, Operation::rename);
  const auto there = state->find(*target->node_, to_name);
  if (state->is_mount_point(*node_, name)) throw failure(EBUSY, Operation::rename, path);
  if (target->node_->volume != node_->volume) throw failure(EXDEV, Operation::rename, path);
  if (is_guarded(*node)) throw failure(EPERM, Operation::rename, path);
  if (lies_within(*node, *target->node_)) throw failure(EINVAL, Operation::rename, path);
  if (there && there != node) {
    if (!replace) throw failure(EEXIST, Operation::rename, join(target->path_, to_name));
    if (const int error = obstacle_to_replacing(*there, *node)) throw failure(error, Operation::rename, path);
  }
  if (there == node && (node_ != target->node_ || name == to_name)) return;  // as POSIX: both are the same file
  state->remove_name(*node_, name);
  state->add_name(*target->node_, to_name, node);
}

void OpenFolder::remove_file(std::string_view name) {
  const MachinePath path = pass(Operation::remove, name);
  auto state = tree_.state.lock();
  const auto node = child(*state, name, Operation::remove);
  if (node->is_folder()) throw failure(EISDIR, Operation::remove, path);
  if (is_guarded(*node)) throw failure(EPERM, Operation::remove, path);
  state->remove_name(*node_, name);
}

void OpenFolder::remove_folder(std::string_view name) {
  const MachinePath path = pass(Operation::remove, name);
  auto state = tree_.state.lock();
  const auto node = child(*state, name, Operation::remove);
  if (!node->is_folder()) throw failure(ENOTDIR, Operation::remove, path);
  if (state->is_mount_point(*node_, name)) throw failure(EBUSY, Operation::remove, path);
  if (!node->names.empty()) throw failure(ENOTEMPTY, Operation::remove, path);
  state->remove_name(*node_, name);
  node->info.link_count = 0;  // who still has it open can create nothing in it
}

MetadataLosses OpenFolder::set_metadata(std::string_view name, const NodeIdentity& node, const Metadata& metadata) {
  const MachinePath path = pass(Operation::set_metadata, name);
  auto state = tree_.state.lock();
  const auto found = child(*state, name, Operation::set_metadata);
  if (found->info.identity() != node) refuse_exchanged(path);
  return state->set_metadata(*found, metadata);
}

MetadataLosses OpenFolder::set_own_metadata(const Metadata& metadata) {
  tree_.failures.pass(Operation::set_metadata, path_);
  return tree_.state.lock()->set_metadata(*node_, metadata);
}

void OpenFolder::sync() {
  tree_.failures.pass(Operation::sync, path_);
  tree_.state.lock()->sync(*node_);
}

void OpenFolder::sync_volume() {
  tree_.failures.pass(Operation::sync_volume, path_);
  tree_.state.lock()->sync_volume(*node_->volume);
}

std::string OpenFolder::temporary_name() {
  const std::string digits = std::to_string(tree_.next_temporary++);
  return std::string(kTemporaryPrefix) + std::string(16 - digits.size(), '0') + digits;
}

Space OpenFolder::space() {
  auto state = tree_.state.lock();
  const VolumeState& volume = *node_->volume;
  const VolumeOptions& options = volume.options;
  Space space;
  space.total_bytes = std::min(options.capacity_bytes, kUnlimitedFree);
  space.free_bytes = space.total_bytes - std::min(space.total_bytes, volume.used_bytes.load());
  const std::uint64_t used_inodes = volume.used_inodes;
  space.free_inodes = options.capacity_inodes == UINT64_MAX
                          ? UINT64_MAX
                          : options.capacity_inodes - std::min(options.capacity_inodes, used_inodes);
  return space;
}

std::unique_ptr<FolderLock> OpenFolder::try_lock(std::string_view name) {
  pass(Operation::lock, name);
  auto state = tree_.state.lock();
  auto node = state->find(*node_, name);
  if (!node) node = create(*state, name, NodeKind::file, Operation::lock);
  if (node->lock_holder != 0) return nullptr;
  node->lock_holder = tree_.next_lock++;
  return std::make_unique<HeldLock>(tree_, node, node->lock_holder);
}

}  // namespace rehome::memory
