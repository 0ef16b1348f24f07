// SPDX-License-Identifier: Apache-2.0
#include "site/folder_marks.h"

#include <algorithm>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/folder_marking.h"

namespace rehome::site {

namespace {

constexpr const char* kMarked = "folder marked";
constexpr const char* kSelectMarked = "SELECT 1 FROM audit WHERE what = :what AND subject = :folder LIMIT 1";
constexpr const char* kSelectFolders = "SELECT id, path FROM folders WHERE removed IS NULL ORDER BY serial";
// Whose capture is there for sure.
constexpr const char* kSelectVaults =
    "SELECT DISTINCT v.id FROM vaults v JOIN stores s ON s.vault = v.id WHERE v.folder = :folder AND v.removed IS NULL "
    "AND s.deleted IS NULL AND s.captured IS NOT NULL AND s.state <> 'deleting'";

/// What the records say of a folder.
struct Expected {
  FolderPlace place;
  std::vector<std::string> vaults;
  bool was_marked = false;
};

std::vector<Expected> expected_folders(const Site& site) {
  return site.database().read([](Transaction& transaction) {
    std::vector<Expected> all;
    for (const Row& row : transaction.query(kSelectFolders)) {
      Expected& one = all.emplace_back();
      one.place = {.path = row.text(1), .id = row.text(0)};
      for (const Row& vault : transaction.query(kSelectVaults, {one.place.id})) one.vaults.push_back(vault.text(0));
      one.was_marked = was_marked(transaction, one.place.id);
    }
    return all;
  });
}

bool proves_itself(const Site& site, const Expected& folder) {
  return std::ranges::all_of(folder.vaults, [&](const std::string& vault) {
    return !site.folders().captures({.folder = folder.place.path, .vault = vault, .folder_id = ""}).empty();
  });
}

Error is_not_the_folder(const Expected& folder) {
  return {ErrorCode::io, folder.place.path + " is not the folder " + folder.place.id +
                             " that this site has on record: mount its volume there and start again; if it is the "
                             "folder all the same, write \"" +
                             folder.place.id + "\" into " + folder.place.path + "/" + kFolderMark};
}

void settle(const Site& site, const Expected& folder, bool is_just_made) {
  const auto mark = site.folders().mark_of(folder.place);
  if (mark == folder.place.id) return;
  const bool is_new = folder.vaults.empty() && (!folder.was_marked || is_just_made);
  const bool is_proven = !folder.vaults.empty() && proves_itself(site, folder);
  if (mark || (!is_new && !is_proven)) throw is_not_the_folder(folder);
  site.database().write([&](Transaction& transaction) { mark_folder(site, transaction, folder.place); });
}

}  // namespace

void mark_folder(const Site& site, Transaction& transaction, const FolderPlace& folder) {
  add_audit(site, transaction, {.who = "site", .what = kMarked, .subject = folder.id, .why = folder.path});
  site.folders().mark(folder);
}

bool was_marked(Transaction& transaction, const std::string& folder) {
  return !transaction.query(kSelectMarked, {std::string(kMarked), folder}).empty();
}

std::vector<std::string> settle_folder_marks(const Site& site, const std::optional<std::string>& just_made) {
  std::vector<std::string> problems;
  for (const Expected& folder : expected_folders(site)) {
    try {
      settle(site, folder, folder.place.path == just_made);
    } catch (const Error& error) {
      problems.push_back("folder " + folder.place.id + " is not used: " + error.what());
    }
  }
  return problems;
}

}  // namespace rehome::site
