// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/folder_image.h"

#include <algorithm>

#include "base/core/error.h"

namespace rehome::archive {

namespace {

constexpr std::size_t kReadAtOnce = 1024 * 1024;
constexpr std::size_t kDeepest = 4096;  // folders in folders; each holds a handle

bool is_same_mount(const NodeInfo& one, const NodeInfo& other) {
  return one.mount == other.mount && one.device == other.device;
}

}  // namespace

FolderImage::FolderImage(std::unique_ptr<FileTree> tree, std::string name, const NodeIdentity& target,
                         std::shared_ptr<void> keep)
    : keep_(std::move(keep)), tree_(std::move(tree)), name_(std::move(name)), target_(target) {
  begin();
  while (const std::optional<Entry> entry = next()) {
    if (entry->kind == NodeKind::file && file_) {
      for (const Extent& part : file_->data_extents()) total_ += part.length;
    }
  }
  several_names_.clear();
  losses_.clear();
  begin();
}

void FolderImage::begin() {
  levels_.clear();
  gave_top_ = false;
  std::unique_ptr<Folder> top = tree_->open("/");
  top_ = top->inspect_self();
  open_level(std::move(top), "");
}

void FolderImage::open_level(std::unique_ptr<Folder> folder, std::string path) {
  if (folder->inspect_self().identity() == target_) {
    throw Error(ErrorCode::refused,
                name_ + " holds the folder that it is to be applied to; name an image outside of the target");
  }
  if (levels_.size() >= kDeepest) {
    throw Error(ErrorCode::limit_exceeded,
                name_ + "/" + path + " is more than " + std::to_string(kDeepest) + " folders deep");
  }
  Level level{.folder = std::move(folder), .path = std::move(path), .entries = {}};
  level.entries = level.folder->list();
  std::ranges::sort(level.entries, {}, &DirectoryEntry::name);
  levels_.push_back(std::move(level));
}

std::optional<Entry> FolderImage::next() {
  try {
    return step();
  } catch (const Error& error) {
    rethrow(error);
  }
}

std::size_t FolderImage::read_at(std::uint64_t offset, std::span<std::uint8_t> out) {
  try {
    return file_->read_at(offset, out);
  } catch (const Error& error) {
    rethrow(error);
  }
}

void FolderImage::rethrow(const Error& error) const {
  if (keep_ == nullptr || error.code() != ErrorCode::io) throw error;
  throw Error(ErrorCode::corrupt,
              name_ + " is damaged: " + error.message() + "; compare it with its source and copy it again");
}

std::optional<Entry> FolderImage::step() {
  file_.reset();
  if (!gave_top_) {
    gave_top_ = true;
    Entry top{.path = "", .kind = NodeKind::folder, .metadata = top_.metadata};
    levels_.back().folder->read_own_attributes(top.metadata);
    return top;
  }
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.next == level.entries.size()) {
      levels_.pop_back();
      continue;
    }
    const std::string name = level.entries[level.next++].name;
    return entry_of(level, name, level.folder->inspect(name));
  }
  return std::nullopt;
}

Entry FolderImage::entry_of(Level& level, const std::string& name, const NodeInfo& info) {
  Entry entry{.path = level.path + name, .kind = info.kind, .metadata = info.metadata};
  level.folder->read_attributes(name, entry.metadata);
  if (info.kind == NodeKind::folder) {
    std::unique_ptr<Folder> folder = level.folder->open_folder(name);
    if (is_same_mount(folder->inspect_self(), top_)) {
      open_level(std::move(folder), entry.path + "/");
    } else {
      losses_.push_back(entry.path + ": what is mounted there is no part of the image");
    }
    return entry;
  }
  if (info.link_count > 1) {
    const auto [first, is_new] = several_names_.try_emplace({info.device, info.inode}, entry.path);
    if (!is_new) {
      entry.same_node_as = first->second;
      return entry;
    }
  }
  entry.device_number = info.device_number;
  if (info.kind == NodeKind::symlink) entry.link_target = level.folder->read_link(name);
  if (info.kind == NodeKind::file) {
    entry.size = info.size;
    file_ = level.folder->open_file(name);
  }
  return entry;
}

void FolderImage::read_content(const Sink& sink) {
  Bytes buffer(kReadAtOnce);
  for (const Extent& part : file_->data_extents()) {
    for (std::uint64_t at = part.offset; at < part.offset + part.length;) {
      const std::size_t most = std::min<std::uint64_t>(buffer.size(), part.offset + part.length - at);
      const std::size_t count = read_at(at, std::span(buffer).first(most));
      if (count == 0) return;  // it was cut meanwhile
      sink(at, ByteView(buffer).first(count));
      at += count;
      done_ += count;
    }
  }
}

}  // namespace rehome::archive
