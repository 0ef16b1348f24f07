// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_folders.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"

namespace rehome::store {

namespace {

TreeFolders::Handle open_if_there(WritableFolder& parent, std::string_view name) {
  try {
    return parent.open_folder_for_writing(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return nullptr;
  }
}

TreeFolders::Handle open_or_create(WritableFolder& parent, std::string_view name) {
  if (auto folder = open_if_there(parent, name)) return folder;
  try {
    parent.create_folder(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;  // another thread made it
  }
  return parent.open_folder_for_writing(name);
}

}  // namespace

TreeFolders::Handle TreeFolders::find(std::string_view path) { return walk(path, open_if_there); }
TreeFolders::Handle TreeFolders::make(std::string_view path) { return walk(path, open_or_create); }

TreeFolders::Handle TreeFolders::walk(std::string_view path, Step step) {
  std::size_t done = path.size();
  Handle folder = path.empty() ? root_ : known(path);
  while (folder == nullptr) {
    const std::size_t slash = path.substr(0, done).rfind('/');
    done = slash == std::string_view::npos ? 0 : slash;
    folder = done == 0 ? root_ : known(path.substr(0, done));
  }
  while (done < path.size()) {
    const std::size_t begin = done == 0 ? 0 : done + 1;
    done = std::min(path.find('/', begin), path.size());
    folder = step(*folder, path.substr(begin, done - begin));
    if (folder == nullptr) return nullptr;
    remember(path.substr(0, done), folder);
  }
  return folder;
}

TreeFolders::Handle TreeFolders::known(std::string_view path) {
  Handle folder;
  {
    auto generations = known_.lock();
    if (const auto found = generations->recent.find(path); found != generations->recent.end()) return found->second;
    const auto found = generations->older.find(path);
    if (found == generations->older.end()) return nullptr;
    folder = found->second;
  }
  remember(path, folder);
  return folder;
}

void TreeFolders::remember(std::string_view path, const Handle& folder) {
  ByPath dropped;  // closes its handles after the lock is gone
  auto generations = known_.lock();
  if (generations->recent.size() >= kMostRecent) {
    dropped = std::exchange(generations->older, std::move(generations->recent));
    generations->recent.clear();
  }
  generations->recent.insert_or_assign(std::string(path), folder);
}

}  // namespace rehome::store
