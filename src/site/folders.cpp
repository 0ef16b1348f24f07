// SPDX-License-Identifier: Apache-2.0
#include "base/core/error.h"
#include "model/outcome.h"
#include "site/internal/audit_log.h"
#include "site/internal/folder_marking.h"
#include "site/internal/folder_records.h"
#include "site/internal/ids.h"
#include "site/internal/lease_records.h"
#include "site/internal/point_records.h"
#include "site/internal/point_settings.h"
#include "site/internal/store_records.h"
#include "site/internal/text.h"
#include "site/migration_points.h"

namespace rehome::site {

namespace {

/// As many are named; the rest is counted.
constexpr std::size_t kMostNamed = 5;

constexpr const char* kSelectOfPoint =
    "SELECT id, path, most_clients, minimum_free, minimum_free_unit FROM folders WHERE point = :point AND "
    "removed IS NULL ORDER BY serial";
// Whichever point it is of: places and space in it are counted once.
constexpr const char* kSelectOfPath =
    "SELECT p.server FROM folders f JOIN points p ON p.id = f.point WHERE f.path = :path AND f.removed IS NULL";
constexpr const char* kSelectRemoved = "SELECT 1 FROM folders WHERE id = :id AND removed IS NOT NULL";
constexpr const char* kSelectPoint = "SELECT point FROM folders WHERE id = :id AND removed IS NULL";
// Counted along stores_in_folder, without a list of its own.
constexpr const char* kCountClients =
    "SELECT COUNT(*) FROM (SELECT DISTINCT source FROM stores WHERE folder = :folder AND deleted IS NULL) AS clients";
constexpr const char* kSumReserved =
    "SELECT CAST(COALESCE(SUM(l.reserved_bytes), 0) AS BIGINT) FROM leases l JOIN stores s ON s.id = l.store WHERE "
    "l.closed IS NULL AND l.association IS NULL AND "
    "s.folder = :folder AND s.deleted IS NULL";
constexpr const char* kSelectUnrestored =
    "SELECT DISTINCT COALESCE(c.name, s.source) FROM stores s LEFT JOIN computers c ON c.id = s.source WHERE "
    "s.folder = :folder AND s.deleted IS NULL AND s.state NOT IN ('released', 'due', 'deleting') ORDER BY 1";
constexpr const char* kInsert =
    "INSERT INTO folders (id, serial, point, path, most_clients, minimum_free, minimum_free_unit) VALUES "
    "(:id, (SELECT COALESCE(MAX(serial), 0) + 1 FROM folders), :point, :path, :most_clients, :minimum_free, "
    ":minimum_free_unit)";
constexpr const char* kUpdate =
    "UPDATE folders SET most_clients = :most_clients, minimum_free = :minimum_free, minimum_free_unit = :unit "
    "WHERE id = :id";
constexpr const char* kRemove = "UPDATE folders SET removed = :now WHERE id = :id";
constexpr const char* kRemoveVaults = "UPDATE vaults SET removed = :now WHERE folder = :folder AND removed IS NULL";
constexpr const char* kSelectStores = "SELECT id FROM stores WHERE folder = :folder AND deleted IS NULL";

Folder folder_of(Transaction& transaction, const Row& row) {
  const std::string& id = row.text(0);
  return {.id = id,
          .settings = {.path = row.text(1),
                       .most_clients = row.integer(2),
                       .minimum_free = {row.integer(3), space_unit_of(row.text(4))}},
          .clients = transaction.query(kCountClients, {id}).at(0).integer(0),
          .reserved_bytes = transaction.query(kSumReserved, {id}).at(0).integer(0)};
}

Folder folder_in(Transaction& transaction, const std::string& id) {
  const Rows point = transaction.query(kSelectPoint, {id});
  if (!point.empty()) {
    for (Folder& folder : folders_of_point(transaction, point[0].text(0))) {
      if (folder.id == id) return std::move(folder);
    }
  }
  throw Error(ErrorCode::not_found, "this site has no folder " + id);
}

Error has_anothers_mark(const std::string& path, const std::string& mark) {
  return {ErrorCode::refused, path + " is marked as folder " + printable(mark) +
                                  ", of this site or another one: choose another, or remove " + path + "/" +
                                  kFolderMark + " if no site uses it"};
}

}  // namespace

std::vector<Folder> folders_of_point(Transaction& transaction, const std::string& point) {
  std::vector<Folder> folders;
  for (const Row& row : transaction.query(kSelectOfPoint, {point})) folders.push_back(folder_of(transaction, row));
  return folders;
}

void check_may_remove(Transaction& transaction, const Folder& folder, bool forced) {
  const Rows sources = transaction.query(kSelectUnrestored, {folder.id});
  if (sources.empty() || forced) return;
  std::vector<std::string> names;
  for (std::size_t at = 0; at < std::min(sources.size(), kMostNamed); ++at) names.push_back(sources[at].text(0));
  if (sources.size() > kMostNamed) names.push_back(std::to_string(sources.size() - kMostNamed) + " more");
  throw Error(ErrorCode::refused, folder.settings.path + " holds state that is not restored, which would be lost to " +
                                      "its destinations: of " + join_and(names));
}

void remove_folder_in(const Site& site, Transaction& transaction, const Folder& folder, const FolderRemoval& removal) {
  for (const Row& row : transaction.query(kSelectStores, {folder.id})) {
    close_leases_of_store(site, transaction, row.text(0));
    move_store(site, transaction, store_record(transaction, row.text(0)), StoreEvent::lose_folder);
  }
  transaction.execute(kRemoveVaults, {site.now(), folder.id});
  transaction.execute(kRemove, {site.now(), folder.id});
  add_audit(site, transaction,
            {.who = removal.who,
             .what = removal.forced ? "folder removed, forced" : "folder removed",
             .subject = folder.id,
             .why = folder.settings.path});
}

Folder add_folder(const Site& site, const std::string& point, const FolderSettings& settings, std::string_view who) {
  check(settings);
  const std::string id = make_id(site.random(), 'f');
  const std::optional<std::string> mark = site.folders().mark_of({.path = settings.path, .id = ""});
  return site.database().write([&](Transaction& transaction) {
    point_in(transaction, point);
    const Rows others = transaction.query(kSelectOfPath, {settings.path});
    if (!others.empty()) {
      throw Error(ErrorCode::already_exists,
                  settings.path + " is a folder of the migration point on " + others[0].text(0) + " already");
    }
    if (mark && transaction.query(kSelectRemoved, {*mark}).empty()) throw has_anothers_mark(settings.path, *mark);
    transaction.execute(kInsert, {id, point, settings.path, settings.most_clients, settings.minimum_free.amount,
                                  std::string(name_of(settings.minimum_free.unit))});
    add_audit(site, transaction, {.who = who, .what = "folder added", .subject = id, .why = settings.path});
    mark_folder(site, transaction, {.path = settings.path, .id = id});
    return folder_in(transaction, id);
  });
}

void change_folder(const Site& site, const std::string& folder, const FolderSettings& settings, std::string_view who) {
  check(settings);
  site.database().write([&](Transaction& transaction) {
    if (folder_in(transaction, folder).settings.path != settings.path) {
      throw Error(ErrorCode::refused, "a folder stays where it is: add one with the new path instead");
    }
    transaction.execute(kUpdate, {settings.most_clients, settings.minimum_free.amount,
                                  std::string(name_of(settings.minimum_free.unit)), folder});
    add_audit(site, transaction, {.who = who, .what = "folder changed", .subject = folder});
  });
}

void remove_folder(const Site& site, const std::string& folder, bool forced, std::string_view who) {
  site.database().write([&](Transaction& transaction) {
    const Folder record = folder_in(transaction, folder);
    check_may_remove(transaction, record, forced);
    remove_folder_in(site, transaction, record, {.forced = forced, .who = std::string(who)});
  });
}

}  // namespace rehome::site
