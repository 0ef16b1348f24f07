// SPDX-License-Identifier: Apache-2.0
#pragma once
// State migration points: a role of a server, with the folders that user state goes into and the rules for them.
// Rows S27–S34, C-S1…C-S9. A change takes effect at once.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "site/site.h"

namespace rehome::site {

enum class SpaceUnit { mb, gb, percent };
std::string_view name_of(SpaceUnit unit);  // "MB", "GB", "percent"
SpaceUnit space_unit_of(std::string_view name);

struct MinimumFree {
  std::int64_t amount = 1;  // 1 to 99,999; 1 to 100 for percent
  SpaceUnit unit = SpaceUnit::gb;
};

struct FolderSettings {
  std::string path = {};            // absolute; stays what it is for the life of the folder
  std::int64_t most_clients = 100;  // 1 to 99,999
  MinimumFree minimum_free = {};
};

struct Folder {
  std::string id = {};  // "f-" and 16 hexadecimal digits
  FolderSettings settings = {};
  std::int64_t clients = 0;                 // sources with a store in it that is not deleted
  std::int64_t reserved_bytes = 0;          // promised to captures that run and not written yet
  std::optional<std::string> problem = {};  // where find_problems() looked: why no capture is given it
};

struct PointSettings {
  bool restore_only = false;
  std::int64_t deletion_delay_minutes = 1440;  // after the release of the last restore; 0: at once
  std::int64_t deletion_cycle_minutes = 60;    // 1 to 10,080
  std::vector<std::string> networks = {};      // CIDR; whose computers it serves first
  bool fallback = true;                        // also serves computers of no network of its
};

/// Order for a computer that wants to capture: points with a network of the computer's, the narrowest network first;
/// then points without networks; then points of other networks that allow fallback; among equals the older first.
struct MigrationPoint {
  std::string id = {};  // "m-" and 16 hexadecimal digits
  std::string server = {};
  PointSettings settings = {};
  std::vector<Folder> folders = {};  // in the order in which they are tried
  std::optional<std::int64_t> last_cycle = {};
  std::int64_t created = 0;
};

enum class ServerChoice { existing, fresh };

/// S27 (`fresh`: Error(already_exists) where the site knows the server) and S28 (`existing`: Error(not_found)).
MigrationPoint add_migration_point(const Site& site, const std::string& server, ServerChoice choice,
                                   const PointSettings& settings, std::string_view who);
/// A server without roles, as the one the site itself runs on.
void add_server(const Site& site, const std::string& server, std::string_view who);
std::vector<std::string> list_servers(const Site& site);

std::vector<MigrationPoint> list_migration_points(const Site& site);
MigrationPoint migration_point(const Site& site, const std::string& id);
/// Looks at the folders of all points of the site, as a request would now.
void find_problems(const Site& site, std::vector<MigrationPoint>& all);
void change_migration_point(const Site& site, const std::string& id, const PointSettings& settings,
                            std::string_view who);
/// Error(refused) while a folder of it holds state that is not restored, unless `forced`; says what would be lost.
/// Files stay where they are.
void remove_migration_point(const Site& site, const std::string& id, bool forced, std::string_view who);

Folder add_folder(const Site& site, const std::string& point, const FolderSettings& settings, std::string_view who);
void change_folder(const Site& site, const std::string& folder, const FolderSettings& settings, std::string_view who);
/// As remove_migration_point(). What was in it counts as deleted.
void remove_folder(const Site& site, const std::string& folder, bool forced, std::string_view who);

}  // namespace rehome::site
