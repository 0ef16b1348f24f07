// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/base_folder.h"

#include <algorithm>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/error.h"
#include "flow/load/internal/folder_cache.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr int kMostLinks = 40;  // as the kernel
constexpr std::uint32_t kWritableByGroup = 020;
constexpr std::uint32_t kWritableByOthers = 02;
constexpr std::uint32_t kSticky = 01000;

/// Whether only root can give, move and remove names of root's in this folder. An ACL that lets others write shows in
/// the bits of the group.
bool is_guarded(const Metadata& metadata) {
  if (metadata.uid != 0) return false;
  if ((metadata.mode & kSticky) != 0) return true;
  const bool group_writes = (metadata.mode & kWritableByGroup) != 0 && metadata.gid != 0;
  return !group_writes && (metadata.mode & kWritableByOthers) == 0;
}

std::vector<std::string> components_of(std::string_view path) {
  std::vector<std::string> components;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0 && path.substr(0, slash) != ".") components.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return components;
}

class Way {
 public:
  Way(FileTree& files, const MachinePath& path) : path_(path) {
    if (!path.starts_with('/')) refuse("it is no absolute path");
    steps_.push_back(step_into(files.open_for_writing("/"), "/", true));
    add_pending(path);
  }

  Way(const BaseFolder& outer, const std::string& rest) : path_(join(outer.path, rest)), is_within_(true) {
    steps_.push_back({outer.folder, outer.node, outer.path, outer.is_guarded && is_guarded(outer.node.metadata)});
    add_pending(rest);
  }

  BaseFolder go() {
    while (!pending_.empty()) {
      std::string name = std::move(pending_.front());
      pending_.pop_front();
      if (name == "..") {
        if (steps_.size() > 1) steps_.pop_back();
      } else if (!enter(name)) {
        pending_.push_front(std::move(name));
        return end_at_missing();
      }
    }
    Step& last = steps_.back();
    const bool is_guarded = steps_.size() == 1 || steps_[steps_.size() - 2].is_guarded;
    return {std::move(last.folder), last.node, std::move(last.path), "", is_guarded};
  }

 private:
  struct Step {
    std::shared_ptr<WritableFolder> folder;
    NodeInfo node;
    MachinePath path;
    bool is_guarded = false;  // with everything above it
  };

  static Step step_into(std::unique_ptr<WritableFolder> folder, MachinePath path, bool above_is_guarded) {
    NodeInfo node = folder->inspect_self();
    const bool guarded = above_is_guarded && is_guarded(node.metadata);
    return {std::move(folder), std::move(node), std::move(path), guarded};
  }

  /// False where there is nothing of this name.
  bool enter(const std::string& name) {
    const Step& here = steps_.back();
    const NodeInfo node = look(*here.folder, name);
    if (node.kind == NodeKind::unknown) return false;
    const MachinePath path = join(here.path, name);
    if (node.kind == NodeKind::symlink) {
      if (is_within_) refuse(path + " is a link");
      if (!here.is_guarded || node.metadata.uid != 0) refuse("not only root could set the link " + path);
      if (++links_ > kMostLinks) refuse("its links never end");
      follow(here.folder->read_link(name));
    } else if (node.kind == NodeKind::folder) {
      steps_.push_back(step_into(open_child(*here.folder, name, path), path, here.is_guarded));
    } else {
      refuse(path + " is no folder");
    }
    return true;
  }

  std::unique_ptr<WritableFolder> open_child(WritableFolder& folder, const std::string& name,
                                             const MachinePath& path) const {
    try {
      return folder.open_folder_for_writing(name);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found) throw;
      refuse(path + " was exchanged for something else at this moment");
    }
  }

  void follow(const std::string& target) {
    if (target.starts_with('/')) steps_.resize(1);
    add_pending(target);
  }

  void add_pending(std::string_view path) {
    const auto components = components_of(path);
    pending_.insert(pending_.begin(), components.begin(), components.end());
  }

  BaseFolder end_at_missing() {
    Step& last = steps_.back();
    std::string missing;
    for (const std::string& name : pending_) {
      if (name == "..") refuse("it climbs out of a folder that does not exist");
      missing = join(missing, name);
    }
    if (!last.is_guarded && !is_within_) {
      refuse("it does not exist, and not only root decides what is in " + last.path +
             ", where it would have to be made");
    }
    MachinePath whole = join(last.path, missing);
    return {std::move(last.folder), last.node, std::move(whole), std::move(missing), last.is_guarded};
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(ErrorCode::refused, "nothing is restored to " + printable(path_) + ": " + why);
  }

  MachinePath path_;
  bool is_within_ = false;  // another base
  std::vector<Step> steps_;
  std::deque<std::string> pending_;
  int links_ = 0;
};

}  // namespace

BaseFolder open_base_folder(FileTree& files, const MachinePath& path) { return Way(files, path).go(); }

BaseFolder open_base_folder_in(const BaseFolder& outer, const std::string& rest) {
  if (outer.missing.empty()) return rest.empty() ? outer : Way(outer, rest).go();
  BaseFolder base = outer;
  base.path = join(base.path, rest);
  base.missing = join(base.missing, rest);
  return base;
}

}  // namespace rehome::load
