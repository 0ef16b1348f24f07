// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/internal/open_file.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace rehome::memory {

OpenFile::OpenFile(Tree& tree, std::shared_ptr<Node> node, MachinePath path)
    : tree_(tree), node_(std::move(node)), path_(std::move(path)) {
  ++tree_.open_files;
}

std::size_t OpenFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) {
  const std::size_t longest = tree_.failures.pass(Operation::read, path_);
  auto state = tree_.state.lock();
  return node_->content.read_at(offset, out.first(std::min(out.size(), longest)));
}

NodeInfo OpenFile::inspect() {
  tree_.failures.pass(Operation::inspect, path_);
  auto state = tree_.state.lock();
  return node_->inspect();
}

void OpenFile::read_attributes(Metadata& metadata) {
  tree_.failures.pass(Operation::read_attributes, path_);
  auto state = tree_.state.lock();
  metadata.flags = node_->info.metadata.flags;
  metadata.attributes = node_->info.metadata.attributes;
}

std::vector<Extent> OpenFile::data_extents() {
  tree_.failures.pass(Operation::data_extents, path_);
  auto state = tree_.state.lock();
  return node_->content.extents();
}

NewFile::NewFile(Tree& tree, std::shared_ptr<Node> folder, std::string name, MachinePath path)
    : tree_(tree), folder_(std::move(folder)), name_(std::move(name)), path_(std::move(path)) {
  auto state = tree_.state.lock();
  const VolumeState& volume = *folder_->volume;
  if (volume.used_inodes >= volume.options.capacity_inodes) throw failure(ENOSPC, Operation::create_file, path_);
  node_ = state->make(folder_->volume, NodeKind::file, {.mode = 0600});
}

void NewFile::write_at(std::uint64_t offset, ByteView bytes) {
  tree_.failures.pass(Operation::write, path_);
  auto state = tree_.state.lock();
  if (const int error = state->write(*node_, offset, bytes)) throw failure(error, Operation::write, path_);
}

void NewFile::set_size(std::uint64_t size) {
  tree_.failures.pass(Operation::set_size, path_);
  tree_.state.lock()->set_size(*node_, size);
}

MetadataLosses NewFile::set_metadata(const Metadata& metadata) {
  tree_.failures.pass(Operation::set_metadata, path_);
  return tree_.state.lock()->set_metadata(*node_, metadata);
}

NodeIdentity NewFile::identity() { return node_->info.identity(); }  // never changes

void NewFile::sync() {
  tree_.failures.pass(Operation::sync, path_);
  tree_.state.lock()->sync(*node_);
}

void NewFile::commit() {
  tree_.failures.pass(Operation::commit, path_);
  auto state = tree_.state.lock();
  if (state->find(*folder_, name_)) throw failure(EEXIST, Operation::commit, path_);
  state->add_name(*folder_, name_, node_);
}

void NewFile::commit_replacing() {
  tree_.failures.pass(Operation::commit, path_);
  auto state = tree_.state.lock();
  if (const auto there = state->find(*folder_, name_); there && there->is_folder()) {
    throw failure(EISDIR, Operation::commit, path_);
  }
  state->add_name(*folder_, name_, node_);
}

}  // namespace rehome::memory
