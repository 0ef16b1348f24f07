// SPDX-License-Identifier: Apache-2.0
#include "site/migration_points.h"

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/folder_records.h"
#include "site/internal/ids.h"
#include "site/internal/point_records.h"
#include "site/internal/point_settings.h"
#include "site/internal/selection.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr const char* kInsertServer = "INSERT INTO servers (name, created) VALUES (:name, :created)";
constexpr const char* kSelectServer = "SELECT 1 FROM servers WHERE name = :name";
constexpr const char* kSelectServers = "SELECT name FROM servers ORDER BY name";

constexpr const char* kSelectOnServer = "SELECT id FROM points WHERE server = :server AND removed IS NULL";
constexpr const char* kInsertPoint =
    "INSERT INTO points (id, serial, server, restore_only, deletion_delay_minutes, deletion_cycle_minutes, fallback, "
    "created) VALUES (:id, (SELECT COALESCE(MAX(serial), 0) + 1 FROM points), :server, 0, 0, 0, 0, :created)";
constexpr const char* kUpdatePoint =
    "UPDATE points SET restore_only = :restore_only, deletion_delay_minutes = :delay, "
    "deletion_cycle_minutes = :cycle, fallback = :fallback WHERE id = :id";
constexpr const char* kDeleteNetworks = "DELETE FROM point_networks WHERE point = :point";
constexpr const char* kInsertNetwork =
    "INSERT INTO point_networks (point, position, network) VALUES (:point, :position, :network)";
constexpr const char* kSelectPoints =
    "SELECT id, server, restore_only, deletion_delay_minutes, deletion_cycle_minutes, fallback, last_cycle, created "
    "FROM points WHERE removed IS NULL ORDER BY serial";
constexpr const char* kSelectNetworks = "SELECT network FROM point_networks WHERE point = :point ORDER BY position";
constexpr const char* kRemovePoint = "UPDATE points SET removed = :now WHERE id = :id";

MigrationPoint point_of(Transaction& transaction, const Row& row) {
  MigrationPoint point{.id = row.text(0),
                       .server = row.text(1),
                       .settings = {.restore_only = row.flag(2),
                                    .deletion_delay_minutes = row.integer(3),
                                    .deletion_cycle_minutes = row.integer(4),
                                    .networks = {},
                                    .fallback = row.flag(5)},
                       .folders = folders_of_point(transaction, row.text(0)),
                       .last_cycle = row.optional_integer(6),
                       .created = row.integer(7)};
  for (const Row& network : transaction.query(kSelectNetworks, {point.id})) {
    point.settings.networks.push_back(network.text(0));
  }
  return point;
}

void write_settings(Transaction& transaction, const std::string& id, const PointSettings& settings) {
  transaction.execute(kUpdatePoint, {std::int64_t{settings.restore_only}, settings.deletion_delay_minutes,
                                     settings.deletion_cycle_minutes, std::int64_t{settings.fallback}, id});
  transaction.execute(kDeleteNetworks, {id});
  std::int64_t position = 0;
  for (const std::string& network : settings.networks) transaction.execute(kInsertNetwork, {id, position++, network});
}

bool knows_server(Transaction& transaction, const std::string& server) {
  return !transaction.query(kSelectServer, {server}).empty();
}

/// S27, S28: which of the two the administrator asked for must be so.
void settle_server(const Site& site, Transaction& transaction, const std::string& server, ServerChoice choice) {
  const bool is_known = knows_server(transaction, server);
  if (choice == ServerChoice::existing && !is_known) {
    throw Error(ErrorCode::not_found, "this site has no server " + server + ": add it as a new one");
  }
  if (choice == ServerChoice::fresh && is_known) {
    throw Error(ErrorCode::already_exists,
                "this site has a server " + server + " already: add the role to it as an existing one");
  }
  if (choice == ServerChoice::fresh) transaction.execute(kInsertServer, {server, site.now()});
  if (!transaction.query(kSelectOnServer, {server}).empty()) {
    throw Error(ErrorCode::already_exists, server + " is a state migration point already");
  }
}

}  // namespace

std::vector<MigrationPoint> points_in(Transaction& transaction) {
  std::vector<MigrationPoint> points;
  for (const Row& row : transaction.query(kSelectPoints)) points.push_back(point_of(transaction, row));
  return points;
}

MigrationPoint point_in(Transaction& transaction, const std::string& id) {
  for (const Row& row : transaction.query(kSelectPoints)) {
    if (row.text(0) == id) return point_of(transaction, row);
  }
  throw Error(ErrorCode::not_found, "this site has no state migration point " + id);
}

MigrationPoint add_migration_point(const Site& site, const std::string& server, ServerChoice choice,
                                   const PointSettings& settings, std::string_view who) {
  check_name(server, "the name of a server");
  check(settings);
  return site.database().write([&](Transaction& transaction) {
    settle_server(site, transaction, server, choice);
    const std::string id = make_id(site.random(), 'm');
    transaction.execute(kInsertPoint, {id, server, site.now()});
    write_settings(transaction, id, settings);
    add_audit(site, transaction, {.who = who, .what = "migration point added", .subject = id, .why = server});
    return point_in(transaction, id);
  });
}

void add_server(const Site& site, const std::string& server, std::string_view who) {
  check_name(server, "the name of a server");
  site.database().write([&](Transaction& transaction) {
    if (knows_server(transaction, server)) {
      throw Error(ErrorCode::already_exists, "this site has a server " + server + " already");
    }
    transaction.execute(kInsertServer, {server, site.now()});
    add_audit(site, transaction, {.who = who, .what = "server added", .subject = server});
  });
}

std::vector<std::string> list_servers(const Site& site) {
  return site.database().read([](Transaction& transaction) {
    std::vector<std::string> servers;
    for (const Row& row : transaction.query(kSelectServers)) servers.push_back(row.text(0));
    return servers;
  });
}

std::vector<MigrationPoint> list_migration_points(const Site& site) {
  return site.database().read([](Transaction& transaction) { return points_in(transaction); });
}

MigrationPoint migration_point(const Site& site, const std::string& id) {
  return site.database().read([&](Transaction& transaction) { return point_in(transaction, id); });
}

void find_problems(const Site& site, std::vector<MigrationPoint>& all) {
  const FolderSpaces spaces = look_at_folders(site, Look::writable);
  for (MigrationPoint& point : all) {
    for (Folder& folder : point.folders) {
      if (const auto problem = problem_of_folder(all, spaces, folder)) folder.problem = problem->message();
    }
  }
}

void change_migration_point(const Site& site, const std::string& id, const PointSettings& settings,
                            std::string_view who) {
  check(settings);
  site.database().write([&](Transaction& transaction) {
    point_in(transaction, id);
    write_settings(transaction, id, settings);
    add_audit(site, transaction, {.who = who, .what = "migration point changed", .subject = id});
  });
}

void remove_migration_point(const Site& site, const std::string& id, bool forced, std::string_view who) {
  site.database().write([&](Transaction& transaction) {
    const MigrationPoint point = point_in(transaction, id);
    const FolderRemoval removal{.forced = forced, .who = std::string(who)};
    for (const Folder& folder : point.folders) check_may_remove(transaction, folder, forced);
    for (const Folder& folder : point.folders) remove_folder_in(site, transaction, folder, removal);
    transaction.execute(kRemovePoint, {site.now(), id});
    add_audit(site, transaction, {.who = who, .what = "migration point removed", .subject = id, .why = point.server});
  });
}

}  // namespace rehome::site
