// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/open_folder.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <climits>

#include "base/core/error.h"
#include "base/machine/linux/internal/attributes.h"
#include "base/machine/linux/internal/directory_listing.h"
#include "base/machine/linux/internal/inode_flags.h"
#include "base/machine/linux/internal/node_ref.h"
#include "base/machine/linux/internal/readable_file.h"
#include "base/machine/linux/internal/volume_list.h"

namespace rehome::linux_files {

using platform::checked;
using platform::UniqueFd;

namespace {

void read_flags_and_attributes(const NodeRef& node, Metadata& metadata) {
  metadata.flags = read_flags(node);
  read_all_attributes(node, metadata);
}

NodeInfo inspect_at(int folder, const char* name, const MachinePath& path) {
  struct statx status{};
  checked(status_at(folder, name, status), [&] { return "inspect " + path; });
  return to_node_info(status);
}

void expect_regular_file(const NodeInfo& info, const MachinePath& path) {
  if (info.kind == NodeKind::file) return;
  if (info.kind == NodeKind::symlink) throw system_error(ELOOP, "open " + path);
  throw Error(ErrorCode::unsupported, "cannot open " + path + ": it is a " + std::string(name_of(info.kind)));
}

}  // namespace

FolderHandle open_folder_at(const std::shared_ptr<const TreeRoot>& root, const MachinePath& path) {
  TreeRoot::Place place = root->find_folder(path);
  const int fd =
      checked(open_without_access_time(place.folder.get(), ".", O_DIRECTORY), [&] { return "open " + path; });
  return {.root = root, .fd = std::make_shared<const UniqueFd>(fd), .path = std::move(place.path)};
}

std::vector<DirectoryEntry> OpenFolder::list() {
  auto listing_fd = listing_fd_.lock();
  // Also before the first time: btrfs shows only what was there when the descriptor was opened or went to the start.
  checked(::lseek(*listing_fd, 0, SEEK_SET), [&] { return "list " + handle_.path; });
  return read_entries(*listing_fd, handle_.path);
}

NodeInfo OpenFolder::inspect(std::string_view name) const {
  const Name checked_name(name);
  return inspect_at(fd(), checked_name.c_str(), path_of(checked_name));
}

NodeInfo OpenFolder::inspect_self() const { return inspect_at(fd(), "", handle_.path); }

void OpenFolder::read_attributes(std::string_view name, Metadata& metadata) const {
  const Name checked_name(name);
  const MachinePath path = path_of(checked_name);
  const OpenNode node = open_node(fd(), checked_name, path);
  read_flags_and_attributes({.fd = node.fd.get(), .only_path = node.only_path, .path = path}, metadata);
}

void OpenFolder::read_own_attributes(Metadata& metadata) const {
  read_flags_and_attributes({.fd = fd(), .path = handle_.path}, metadata);
}

FolderHandle OpenFolder::open_folder(std::string_view name) const {
  const Name checked_name(name);
  MachinePath path = path_of(checked_name);
  const int child = open_without_access_time(fd(), checked_name.c_str(), O_DIRECTORY);
  checked(child, [&] { return "open " + path; });
  return {.root = handle_.root, .fd = std::make_shared<const UniqueFd>(child), .path = std::move(path)};
}

std::unique_ptr<ReadableFile> OpenFolder::open_file(std::string_view name) const {
  const Name checked_name(name);
  MachinePath path = path_of(checked_name);
  // Looked at before, because opening a device can have effects, and after, because the name can have been given to
  // something else in between.
  expect_regular_file(inspect_at(fd(), checked_name.c_str(), path), path);
  UniqueFd file(checked(open_without_access_time(fd(), checked_name.c_str(), 0), [&] { return "open " + path; }));
  expect_regular_file(inspect_at(file.get(), "", path), path);
  return std::make_unique<LinuxReadableFile>(std::move(file), std::move(path));
}

std::string OpenFolder::read_link(std::string_view name) const {
  const Name checked_name(name);
  std::array<char, PATH_MAX> target;  // the kernel fills it
  const ssize_t size = ::readlinkat(fd(), checked_name.c_str(), target.data(), target.size());
  checked(size, [&] { return "read the link " + path_of(checked_name); });
  return {target.data(), static_cast<std::size_t>(size)};
}

Volume OpenFolder::volume() const { return volume_of(handle_.root->fd(), fd()); }

}  // namespace rehome::linux_files
