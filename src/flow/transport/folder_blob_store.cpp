// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/folder_blob_store.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"
#include "flow/transport/internal/blob_folders.h"

namespace rehome::transport {

namespace {

/// No blob name begins with a dot, so this is never one.
constexpr std::string_view kLockName = ".lock";

void read_exactly(ReadableFile& file, std::uint64_t offset, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const std::size_t count = file.read_at(offset, out);
    if (count == 0) throw Error(ErrorCode::corrupt, "the blob ends before its expected end: it was cut short");
    offset += count;
    out = out.subspan(count);
  }
}

/// The child's lstat, or nullopt where it is gone or no regular file.
std::optional<NodeInfo> inspect_blob(Folder& folder, std::string_view leaf) {
  try {
    NodeInfo info = folder.inspect(leaf);
    if (info.kind == NodeKind::file) return info;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return std::nullopt;
}

Error about_blob(std::string_view name, const std::string& store, Error error) {
  error.add_context("blob \"" + std::string(name) + "\" of " + store);
  return error;
}

class FolderBlobWriter final : public BlobWriter {
 public:
  FolderBlobWriter(BlobFolders::Handle folder, BlobName name, const std::string& store)
      : folder_(std::move(folder)),
        name_(std::move(name)),
        store_(store),
        file_(folder_->create_file(split(name_).leaf)) {}

  void write(ByteView piece) override {
    try {
      file_->write_at(size_, piece);
    } catch (const Error& error) {
      throw about_blob(name_, store_, error);
    }
    size_ += piece.size();
  }
  void finish() override {
    try {
      file_->sync();
      file_->commit();
      folder_->sync();
    } catch (const Error& error) {
      throw about_blob(name_, store_, error);
    }
  }

 private:
  BlobFolders::Handle folder_;
  BlobName name_;
  std::string store_;
  std::unique_ptr<WritableFile> file_;
  std::uint64_t size_ = 0;
};

class FolderBlobStore final : public StreamedBlobStore {
 public:
  FolderBlobStore(std::unique_ptr<WritableFolder> folder, std::string display_name)
      : folders_(std::move(folder)), display_name_(std::move(display_name)) {}

  void put(std::string_view name, ByteView content) override;
  Bytes get(std::string_view name, std::uint64_t size_limit) override;
  Bytes get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) override;
  std::optional<std::uint64_t> size_of(std::string_view name) override;
  std::vector<BlobInfo> list(std::string_view prefix) override;
  std::optional<std::uint64_t> free_bytes() override { return folders_.root()->space().free_bytes; }
  std::string display_name() const override { return display_name_; }
  void remove(std::string_view name) override;
  std::unique_ptr<BlobStoreLock> lock() override;
  void clean() override;
  std::unique_ptr<BlobWriter> begin_put(std::string_view name) override;
  std::unique_ptr<ReadableFile> open_blob(std::string_view name) override;

 private:
  std::unique_ptr<BlobWriter> writer_of(std::string_view name);
  std::unique_ptr<ReadableFile> open(std::string_view name);
  void clean_below(const std::string& path, WritableFolder& folder);
  void list_into(std::vector<BlobInfo>& found, Folder& folder, const std::string& prefix);
  void add_entry(std::vector<BlobInfo>& found, Folder& folder, const DirectoryEntry& entry, std::string name);
  Error about(std::string_view name, Error error) const;

  BlobFolders folders_;
  std::string display_name_;
};

Error FolderBlobStore::about(std::string_view name, Error error) const {
  return about_blob(name, display_name_, std::move(error));
}

std::unique_ptr<BlobWriter> FolderBlobStore::writer_of(std::string_view name) {
  check_blob_name(name);
  try {
    return std::make_unique<FolderBlobWriter>(folders_.make(split(name).folder), BlobName(name), display_name_);
  } catch (const Error& error) {
    throw about(name, error);
  }
}

void FolderBlobStore::put(std::string_view name, ByteView content) {
  const std::unique_ptr<BlobWriter> writer = writer_of(name);
  writer->write(content);
  writer->finish();
}

std::unique_ptr<BlobWriter> FolderBlobStore::begin_put(std::string_view name) {
  std::unique_ptr<BlobWriter> writer = writer_of(name);
  // Before its content is sent for nothing; finish() has the last word.
  if (size_of(name)) throw about(name, Error(ErrorCode::already_exists, "it is there already"));
  return writer;
}

std::unique_ptr<ReadableFile> FolderBlobStore::open_blob(std::string_view name) {
  check_blob_name(name);
  try {
    return open(name);
  } catch (const Error& error) {
    throw about(name, error);
  }
}

std::unique_ptr<ReadableFile> FolderBlobStore::open(std::string_view name) {
  const auto [path, leaf] = split(name);
  const BlobFolders::Handle folder = folders_.find(path);
  if (folder == nullptr || !inspect_blob(*folder, leaf)) throw Error(ErrorCode::not_found, "there is no such blob");
  return folder->open_file(leaf);
}

Bytes FolderBlobStore::get(std::string_view name, std::uint64_t size_limit) {
  check_blob_name(name);
  try {
    const auto file = open(name);
    const std::uint64_t size = file->inspect().size;
    if (size > size_limit) {
      throw Error(ErrorCode::limit_exceeded, "the blob has " + std::to_string(size) + " bytes, more than the " +
                                                 std::to_string(size_limit) + " that it may have");
    }
    Bytes content(size);
    read_exactly(*file, 0, content);
    return content;
  } catch (const Error& error) {
    throw about(name, error);
  }
}

Bytes FolderBlobStore::get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) {
  check_blob_name(name);
  try {
    const auto file = open(name);
    const std::uint64_t size = file->inspect().size;
    // Checked before memory is taken: offset and length may come out of a hostile index.
    if (offset > size || length > size - offset) {
      throw Error(ErrorCode::corrupt, "the blob has only " + std::to_string(size) + " bytes: it was cut short");
    }
    Bytes content(length);
    read_exactly(*file, offset, content);
    return content;
  } catch (const Error& error) {
    throw about(name, error);
  }
}

std::optional<std::uint64_t> FolderBlobStore::size_of(std::string_view name) {
  check_blob_name(name);
  const auto [path, leaf] = split(name);
  const BlobFolders::Handle folder = folders_.find(path);
  if (folder == nullptr) return std::nullopt;
  const auto info = inspect_blob(*folder, leaf);
  return info ? std::optional(info->size) : std::nullopt;
}

std::vector<BlobInfo> FolderBlobStore::list(std::string_view prefix) {
  if (!prefix.empty()) check_blob_name(prefix);
  std::vector<BlobInfo> found;
  const BlobFolders::Handle folder = folders_.find(prefix);
  if (folder != nullptr) list_into(found, *folder, prefix.empty() ? std::string() : std::string(prefix) + "/");
  return found;
}

void FolderBlobStore::list_into(std::vector<BlobInfo>& found, Folder& folder, const std::string& prefix) {
  for (const DirectoryEntry& entry : folder.list()) {
    std::string name = prefix + entry.name;
    // Ends the recursion too: a blob name has few components.
    if (is_blob_name(name)) add_entry(found, folder, entry, std::move(name));
  }
}

void FolderBlobStore::add_entry(std::vector<BlobInfo>& found, Folder& folder, const DirectoryEntry& entry,
                                std::string name) {
  try {
    const NodeInfo info = folder.inspect(entry.name);
    if (info.kind == NodeKind::folder) list_into(found, *folder.open_folder(entry.name), name + "/");
    if (info.kind == NodeKind::file) found.push_back({.name = std::move(name), .size = info.size});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;  // removed by its owner since it was listed
  }
}

void FolderBlobStore::remove(std::string_view name) {
  check_blob_name(name);
  const auto [path, leaf] = split(name);
  const BlobFolders::Handle folder = folders_.find(path);
  if (folder == nullptr || !inspect_blob(*folder, leaf)) return;
  try {
    folder->remove_file(leaf);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw about(name, error);
  }
  folder->sync();
}

void FolderBlobStore::clean() {
  clean_below({}, *folders_.root());
  folders_.forget();
}

/// Empty folders go too: they are all that is left of a put that died early, and of removed captures.
void FolderBlobStore::clean_below(const std::string& path, WritableFolder& folder) {
  for (const DirectoryEntry& entry : folder.list()) {
    const NodeKind kind = folder.inspect(entry.name).kind;
    if (kind == NodeKind::file && entry.name.starts_with(kTemporaryPrefix)) folder.remove_file(entry.name);
    const std::string name = path.empty() ? entry.name : path + "/" + entry.name;
    if (kind != NodeKind::folder || !is_blob_name(name)) continue;
    const auto inner = folder.open_folder_for_writing(entry.name);
    clean_below(name, *inner);
    if (inner->list().empty()) folder.remove_folder(entry.name);
  }
}

class HeldFolder final : public BlobStoreLock {
 public:
  explicit HeldFolder(std::unique_ptr<FolderLock> lock) : lock_(std::move(lock)) {}

 private:
  std::unique_ptr<FolderLock> lock_;
};

std::unique_ptr<BlobStoreLock> FolderBlobStore::lock() {
  auto lock = folders_.root()->try_lock(kLockName);
  if (lock == nullptr) {
    throw Error(ErrorCode::busy, "another process is writing to " + display_name_ + ": wait until it has ended");
  }
  return std::make_unique<HeldFolder>(std::move(lock));
}

}  // namespace

std::unique_ptr<StreamedBlobStore> open_folder_blob_store(std::unique_ptr<WritableFolder> folder,
                                                          std::string display_name) {
  return std::make_unique<FolderBlobStore>(std::move(folder), std::move(display_name));
}

bool remove_emptied_folder(WritableFolder& parent, std::string_view name) {
  const std::unique_ptr<WritableFolder> folder = parent.open_folder_for_writing(name);
  for (const DirectoryEntry& entry : folder->list()) {
    if (entry.name != kLockName) return false;
  }
  if (!folder->list().empty()) folder->remove_file(kLockName);
  parent.remove_folder(name);
  parent.sync();
  return true;
}

}  // namespace rehome::transport
