// SPDX-License-Identifier: Apache-2.0
#pragma once
// Folders of migration points in memory, with a source's side to put captures into them. Packs are names; a capture
// lists those it needs, also ones that were there before it.

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/core/error.h"
#include "site/vault_folders.h"

namespace rehome::testing {

class FakeVaultFolders final : public site::VaultFolders {
 public:
  struct Capture {
    bool complete = false;
    std::set<std::string> packs;
    std::int64_t started = 0;
  };
  struct Vault {
    std::map<std::string, Capture> captures;
    std::set<std::string> packs;
  };
  struct Folder {
    site::FolderSpace space;
    bool reachable = true;
    bool writable = true;
    std::string mark;  // the empty place where it is to be mounted has none
    std::map<std::string, Vault> vaults;
  };

  /// Called before each method that looks into a vault or removes from it.
  std::function<void(const std::string&)> before = [](const std::string&) {};

  Folder& folder(const std::string& path) { return folders_[path]; }
  /// Leaves the empty place where its volume is mounted; what was there.
  Folder unmount(const std::string& path) {
    Folder empty;
    empty.space = folders_[path].space;
    return std::exchange(folders_[path], empty);
  }
  bool has_vault(const site::VaultPlace& place) { return folders_[place.folder].vaults.contains(place.vault); }

  void start(const site::VaultPlace& place, const std::string& capture) { vault(place).captures[capture]; }
  void put_pack(const site::VaultPlace& place, const std::string& pack) { vault(place).packs.insert(pack); }
  std::set<std::string> packs(const site::VaultPlace& place) { return vault(place).packs; }
  void complete(const site::VaultPlace& place, const std::string& capture, const std::set<std::string>& listed,
                std::int64_t started = 0) {
    vault(place).captures[capture] = {.complete = true, .packs = listed, .started = started};
  }

  site::FolderSpace space(const site::FolderPlace& folder) override { return marked(folder).space; }
  void check_writable(const site::FolderPlace& folder) override {
    if (!marked(folder).writable) throw Error(ErrorCode::read_only, "the folder is read-only");
  }
  std::optional<std::string> mark_of(const site::FolderPlace& folder) override {
    const std::string& mark = reachable(folder.path).mark;
    return mark.empty() ? std::nullopt : std::optional(mark);
  }
  void mark(const site::FolderPlace& folder) override { reachable(folder.path).mark = folder.id; }

  std::vector<site::VaultCapture> captures(const site::VaultPlace& place) override {
    before("captures");
    std::vector<site::VaultCapture> found;
    if (!marked(place).vaults.contains(place.vault)) return found;
    for (const auto& [id, capture] : vault(place).captures)
      found.push_back({id, capture.complete, capture.started, {0, 1}});
    return found;
  }

  std::optional<std::string> first_missing(const site::VaultPlace& place, const std::string& id) override {
    before("first_missing");
    Vault& found = marked(place).vaults[place.vault];
    const auto capture = found.captures.find(id);
    if (capture == found.captures.end() || !capture->second.complete) return "capture " + id + " is not complete";
    for (const std::string& pack : capture->second.packs) {
      if (!found.packs.contains(pack)) return "pack " + pack + " is missing";
    }
    return std::nullopt;
  }

  void tidy_after_capture(const site::VaultPlace& place, const std::string& id) override {
    before("tidy_after_capture");
    std::erase_if(vault(place).captures, [&](const auto& one) { return one.first != id && !one.second.complete; });
    sweep(vault(place));
  }

  void remove_capture(const site::VaultPlace& place, const std::string& id) override {
    before("remove_capture");
    Vault& found = marked(place).vaults[place.vault];
    found.captures.erase(id);
    sweep(found);
  }

  void remove_vault(const site::VaultPlace& place) override {
    before("remove_vault");
    marked(place).vaults.erase(place.vault);
  }

  std::uint64_t used_bytes(const site::VaultPlace& place) override {
    before("used_bytes");
    return 1000 * marked(place).vaults[place.vault].packs.size();
  }

 private:
  Vault& vault(const site::VaultPlace& place) { return folders_[place.folder].vaults[place.vault]; }

  Folder& reachable(const std::string& path) {
    const auto found = folders_.find(path);
    if (found != folders_.end() && found->second.reachable) return found->second;
    throw Error(Error(ErrorCode::io, "the folder cannot be reached").add_context(path));
  }

  Folder& marked(const site::FolderPlace& place) {
    Folder& found = reachable(place.path);
    if (place.id.empty() || found.mark == place.id) return found;
    throw Error(Error(ErrorCode::io, "folder " + place.id + " is not there").add_context(place.path));
  }
  Folder& marked(const site::VaultPlace& place) { return marked({.path = place.folder, .id = place.folder_id}); }

  /// Without regard to captures that are being written: who calls must know that there is none.
  static void sweep(Vault& vault) {
    std::erase_if(vault.packs, [&](const std::string& pack) {
      return std::ranges::none_of(vault.captures, [&](const auto& one) { return one.second.packs.contains(pack); });
    });
  }

  std::map<std::string, Folder> folders_;
};

}  // namespace rehome::testing
