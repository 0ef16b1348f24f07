// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/path_walk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <ranges>

#include <climits>

namespace rehome::linux_files {

using platform::UniqueFd;

int PathWalk::go(std::string_view path, bool last_may_be_file) {
  if (!path.starts_with('/') || path.find('\0') != std::string_view::npos) return EINVAL;
  add_pending(path);
  rest_ = pending_;
  while (!pending_.empty()) {
    if (const int error = take_step(last_may_be_file)) return error;
    if (pending_.size() >= rest_.size()) continue;  // still in what a link says
    rest_.pop_back();
    before_link_.reset();
  }
  return 0;
}

int PathWalk::take_step(bool last_may_be_file) {
  const std::string name = std::move(pending_.back());
  pending_.pop_back();
  return step(name, last_may_be_file && pending_.empty());
}

UniqueFd PathWalk::take_folder() {
  if (here_) return std::move(here_);
  return UniqueFd(::openat(root_, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

std::string PathWalk::path() const {
  std::string path;
  for (const std::string& name : before_link_ ? *before_link_ : names_) path.append("/").append(name);
  for (const std::string& name : rest_ | std::views::reverse) path.append("/").append(name);
  return path.empty() ? "/" : path;
}

void PathWalk::add_pending(std::string_view path) {
  std::vector<std::string> names;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0 && path.substr(0, end) != ".") names.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  std::ranges::reverse_copy(names, std::back_inserter(pending_));
}

int PathWalk::step(const std::string& name, bool may_be_file) {
  if (name == "..") return go_up();
  const int error = enter(name.c_str());
  if (error == 0) names_.push_back(name);
  return error == ENOTDIR ? follow(name, may_be_file) : error;
}

/// O_DIRECTORY also makes an automount happen, which O_PATH alone would not.
int PathWalk::enter(const char* name) {
  if (++steps_ > kMostSteps) return ENAMETOOLONG;
  UniqueFd next(::openat(folder(), name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!next) return errno;
  here_ = std::move(next);
  return 0;
}

int PathWalk::follow(const std::string& name, bool may_be_file) {
  std::array<char, PATH_MAX> target;  // the kernel fills it
  const ssize_t size = ::readlinkat(folder(), name.c_str(), target.data(), target.size());
  if (size < 0) {
    if (errno != EINVAL) return errno;
    if (!may_be_file) return ENOTDIR;
    names_.push_back(name);
    return 0;
  }
  if (++links_ > kMostLinks) return ELOOP;
  if (!before_link_) before_link_ = names_;
  const std::string_view text(target.data(), static_cast<std::size_t>(size));
  if (text.starts_with('/')) {
    names_.clear();
    here_ = UniqueFd();
  }
  add_pending(text);
  return 0;
}

/// openat("..") could lead out if somebody moves the folder meanwhile, so the way is taken again from the root.
int PathWalk::go_up() {
  if (names_.empty()) return 0;
  here_ = UniqueFd();
  for (const std::string& name : names_ | std::views::take(names_.size() - 1)) {
    if (const int error = enter(name.c_str())) return error;
  }
  names_.pop_back();
  return 0;
}

}  // namespace rehome::linux_files
