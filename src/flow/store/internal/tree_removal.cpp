// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_removal.h"

#include <cstdint>
#include <optional>
#include <string>

#include "base/core/error.h"
#include "flow/store/internal/tree_volume.h"
#include "model/outcome.h"

namespace rehome::store {

namespace {

/// A bind mount shows the same device, and what it shows may be anything.
void check_mount(const NodeInfo& parent, const NodeInfo& child, std::string_view name) {
  if (are_on_one_mount(parent, child)) return;
  throw Error(ErrorCode::refused, "something is mounted on " + printable(name) +
                                      " in the store, and what that shows is not removed: unmount it and try again");
}

class Removal {
 public:
  explicit Removal(WritableFolder& top) : top_(top), self_(top.inspect_self()) {}

  void empty_top() {
    while (true) {
      const std::uint64_t before = steps_;
      const std::vector<DirectoryEntry> entries = top_.list();
      if (entries.empty()) return;
      for (const DirectoryEntry& entry : entries) {
        attempt([&] { remove_from_top(entry.name); });
      }
      if (steps_ == before) throw *refusal_;  // what is left now refuses for good
    }
  }

 private:
  template <typename Action>
  void attempt(const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      if (!refusal_) refusal_ = error;
    }
  }

  bool is_folder(Folder& in, const std::string& name) const {
    const NodeInfo info = in.inspect(name);
    if (info.kind != NodeKind::folder) return false;
    check_mount(self_, info, name);
    return true;
  }

  void remove_from_top(const std::string& name) {
    if (!is_folder(top_, name)) {
      top_.remove_file(name);
    } else {
      const auto folder = top_.open_folder_for_writing(name);
      for (const DirectoryEntry& entry : folder->list()) {
        attempt([&] { remove_or_move_up(*folder, entry.name); });
      }
      top_.remove_folder(name);
    }
    ++steps_;
  }

  void remove_or_move_up(WritableFolder& folder, const std::string& name) {
    if (is_folder(folder, name)) {
      folder.rename(name, top_, unused_name(), false);
    } else {
      folder.remove_file(name);
    }
    ++steps_;
  }

  std::string unused_name() {
    while (true) {
      std::string name = "removing-" + std::to_string(++moved_);
      try {
        top_.inspect(name);  // left from an interrupted removal
      } catch (const Error& error) {
        if (error.code() == ErrorCode::not_found) return name;
        throw;
      }
    }
  }

  WritableFolder& top_;
  NodeInfo self_;
  std::uint64_t steps_ = 0;  // what was removed or moved
  std::uint64_t moved_ = 0;
  std::optional<Error> refusal_;
};

}  // namespace

void check_not_mounted(WritableFolder& parent, std::string_view name) {
  check_mount(parent.inspect_self(), parent.inspect(name), name);
}

void remove_tree(WritableFolder& parent, std::string_view name) {
  NodeInfo info;
  try {
    info = parent.inspect(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return;
  }
  if (info.kind != NodeKind::folder) {
    parent.remove_file(name);
    return;
  }
  check_mount(parent.inspect_self(), info, name);
  Removal(*parent.open_folder_for_writing(name)).empty_top();
  parent.remove_folder(name);
}

}  // namespace rehome::store
