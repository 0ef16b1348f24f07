// SPDX-License-Identifier: Apache-2.0
#pragma once
// Folders of migration points in memory, with a source's side to put captures into them. Packs are names; a capture
// lists those it needs, also ones that were there before it.

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "base/core/error.h"
#include "site/vault_folders.h"

namespace rehome::testing {

class FakeVaultFolders final : public site::VaultFolders {
 public:
  struct Capture {
    bool complete = false;
    std::set<std::string> packs;
  };
  struct Vault {
    std::map<std::string, Capture> captures;
    std::set<std::string> packs;
  };
  struct Folder {
    site::FolderSpace space;
    bool reachable = true;
    std::map<std::string, Vault> vaults;
  };

  /// Called before each method that looks into a vault or removes from it.
  std::function<void(const std::string&)> before = [](const std::string&) {};

  Folder& folder(const std::string& path) { return folders_[path]; }
  bool has_vault(const site::VaultPlace& place) { return folders_[place.folder].vaults.contains(place.vault); }

  void start(const site::VaultPlace& place, const std::string& capture) { vault(place).captures[capture]; }
  void put_pack(const site::VaultPlace& place, const std::string& pack) { vault(place).packs.insert(pack); }
  std::set<std::string> packs(const site::VaultPlace& place) { return vault(place).packs; }
  void complete(const site::VaultPlace& place, const std::string& capture, const std::set<std::string>& listed) {
    vault(place).captures[capture] = {.complete = true, .packs = listed};
  }

  site::FolderSpace space(const site::FolderPlace& folder) override { return reachable(folder.path).space; }

  std::vector<site::VaultCapture> captures(const site::VaultPlace& place) override {
    before("captures");
    std::vector<site::VaultCapture> found;
    if (!reachable(place.folder).vaults.contains(place.vault)) return found;
    for (const auto& [id, capture] : vault(place).captures) found.push_back({id, capture.complete, {0, 1}});
    return found;
  }

  std::optional<std::string> first_missing(const site::VaultPlace& place, const std::string& id) override {
    before("first_missing");
    Vault& found = reachable(place.folder).vaults[place.vault];
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
    Vault& found = reachable(place.folder).vaults[place.vault];
    found.captures.erase(id);
    sweep(found);
  }

  void remove_vault(const site::VaultPlace& place) override {
    before("remove_vault");
    reachable(place.folder).vaults.erase(place.vault);
  }

  std::uint64_t used_bytes(const site::VaultPlace& place) override {
    before("used_bytes");
    return 1000 * reachable(place.folder).vaults[place.vault].packs.size();
  }

 private:
  Vault& vault(const site::VaultPlace& place) { return folders_[place.folder].vaults[place.vault]; }

  Folder& reachable(const std::string& path) {
    const auto found = folders_.find(path);
    if (found != folders_.end() && found->second.reachable) return found->second;
    throw Error(Error(ErrorCode::io, "the folder cannot be reached").add_context(path));
  }

  /// Without regard to captures that are being written: who calls must know that there is none.
  static void sweep(Vault& vault) {
    std::erase_if(vault.packs, [&](const std::string& pack) {
      return std::ranges::none_of(vault.captures, [&](const auto& one) { return one.second.packs.contains(pack); });
    });
  }

  std::map<std::string, Folder> folders_;
};

}  // namespace rehome::testing
