// SPDX-License-Identifier: Apache-2.0
#include "programs/command/private_folder.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/platform/process.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::cli {

namespace {

constexpr std::uint32_t kFolderMode = 0700;
constexpr std::uint32_t kFileMode = 0600;
constexpr std::uint32_t kPermissions = 07777;
constexpr std::uint32_t kOthers = 0077;

void check_private(const NodeInfo& info, const std::string& path, std::uint32_t forbidden) {
  const Metadata& metadata = info.metadata;
  const std::uint32_t owner = platform::effective_user_id();
  if (metadata.uid == owner && (metadata.mode & forbidden) == 0) return;
  throw Error(ErrorCode::refused,
              fmt::format("{} belongs to uid {} with mode {:04o}, but must be this program's alone (uid {}, nobody "
                          "else may read or write it): find out who changed it, then set it right",
                          printable(path), metadata.uid, metadata.mode & kPermissions, owner));
}

void make_folders(FileTree& files, const MachinePath& path) {
  for (std::size_t end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
    const std::size_t start = path.rfind('/', end - 1);
    const std::unique_ptr<WritableFolder> parent = files.open_for_writing(start == 0 ? "/" : path.substr(0, start));
    try {
      parent->create_folder(path.substr(start + 1, end - start - 1));
      parent->sync();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::already_exists) throw;
    }
  }
}

std::string read_whole(ReadableFile& file, std::size_t size) {
  std::string content(size, '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const std::size_t count =
        file.read_at(done, {reinterpret_cast<std::uint8_t*>(content.data()) + done, content.size() - done});
    if (count == 0) break;
    done += count;
  }
  content.resize(done);
  return content;
}

}  // namespace

PrivateFolder PrivateFolder::open(const std::string& path) {
  const MachinePath absolute = absolute_path(path);
  std::unique_ptr<Machine> host = open_machine("/");
  std::unique_ptr<WritableFolder> folder = host->files().open_for_writing(absolute);
  check_private(folder->inspect_self(), absolute, kPermissions & ~kFolderMode);
  return {std::move(host), std::move(folder), absolute};
}

PrivateFolder PrivateFolder::open_or_make(const std::string& path) {
  make_folders(open_machine("/")->files(), absolute_path(path) + "/");
  return open(path);
}

std::optional<std::string> PrivateFolder::read(std::string_view name, std::size_t most) {
  std::unique_ptr<ReadableFile> file;
  try {
    file = folder_->open_file(name);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
  const NodeInfo info = file->inspect();
  const std::string path = path_ + "/" + std::string(name);
  check_private(info, path, kOthers);
  if (info.size > most) throw Error(ErrorCode::limit_exceeded, printable(path) + " is too large");
  return read_whole(*file, info.size);
}

std::string PrivateFolder::read_part(std::string_view name, std::uint64_t offset, std::size_t most) {
  std::unique_ptr<ReadableFile> file;
  try {
    file = folder_->open_file(name);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return {};
    throw;
  }
  std::string part(most, '\0');
  part.resize(file->read_at(offset, {reinterpret_cast<std::uint8_t*>(part.data()), part.size()}));
  return part;
}

void PrivateFolder::write(std::string_view name, std::string_view content) {
  const std::unique_ptr<WritableFile> file = folder_->create_file(name);
  file->write_at(0, as_bytes(content));
  Metadata metadata;
  metadata.uid = platform::effective_user_id();
  metadata.gid = platform::effective_group_id();
  metadata.mode = kFileMode;
  metadata.modified = metadata.accessed = SystemClock().now();
  file->set_metadata(metadata);
  file->sync();
  file->commit_replacing();
  folder_->sync();
}

void PrivateFolder::remove(std::string_view name) {
  try {
    folder_->remove_file(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  folder_->sync();
}

std::vector<std::string> PrivateFolder::names() {
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : folder_->list()) {
    if (folder_->inspect(entry.name).kind == NodeKind::file) names.push_back(entry.name);
  }
  std::ranges::sort(names);
  return names;
}

std::unique_ptr<FolderLock> PrivateFolder::try_lock(std::string_view name) { return folder_->try_lock(name); }

}  // namespace rehome::cli
