// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/internal/blob_folders.h"

#include "base/core/error.h"

namespace rehome::transport {

namespace {

constexpr std::size_t kMostOpenFolders = 64;

}  // namespace

SplitName split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {.folder = {}, .leaf = path};
  return {.folder = path.substr(0, slash), .leaf = path.substr(slash + 1)};
}

BlobFolders::Handle BlobFolders::find(std::string_view path) {
  if (path.empty()) return root_;
  auto known = known_.lock();
  const Known* found = open(*known, path);
  return found == nullptr ? nullptr : found->folder;
}

BlobFolders::Handle BlobFolders::make(std::string_view path) {
  if (path.empty()) return root_;
  auto known = known_.lock();
  return make_in(*known, path);
}

void BlobFolders::forget() { known_.lock()->clear(); }

BlobFolders::Known* BlobFolders::open(ByPath& known, std::string_view path) {
  if (const auto found = known.find(path); found != known.end()) return &found->second;
  const auto [parent_path, leaf] = split(path);
  Handle parent = root_;
  if (!parent_path.empty()) {
    const Known* opened = open(known, parent_path);
    if (opened == nullptr) return nullptr;
    parent = opened->folder;
  }
  try {
    Handle folder = parent->open_folder_for_writing(leaf);
    if (known.size() >= kMostOpenFolders) known.clear();
    return &known.insert_or_assign(std::string(path), Known{.folder = std::move(folder)}).first->second;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return nullptr;
  }
}

BlobFolders::Handle BlobFolders::make_in(ByPath& known, std::string_view path) {
  if (const Known* there = open(known, path); there != nullptr && there->durable) return there->folder;
  const auto [parent_path, leaf] = split(path);
  const Handle parent = parent_path.empty() ? root_ : make_in(known, parent_path);
  Known* folder = open(known, path);
  if (folder == nullptr) {
    try {
      parent->create_folder(leaf);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::already_exists) throw;  // another process made it, or it is no folder at all
    }
    folder = open(known, path);
  }
  if (folder == nullptr) {
    throw Error(ErrorCode::refused, "\"" + std::string(path) + "\" is in the way: it should be a folder");
  }
  // Also for a folder found there: whoever made it may have died before its name reached the device.
  parent->sync();
  folder->durable = true;
  return folder->folder;
}

}  // namespace rehome::transport
