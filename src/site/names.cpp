// SPDX-License-Identifier: Apache-2.0
#include "site/names.h"

#include <algorithm>
#include <vector>

#include "base/core/error.h"
#include "site/computers.h"
#include "site/internal/computer_records.h"
#include "site/internal/text.h"
#include "site/migration_points.h"
#include "site/work.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectAssociation = "SELECT 1 FROM associations WHERE id = :id";
constexpr const char* kSelectPair =
    "SELECT id, deleted FROM associations WHERE source = :source AND destination = :destination ORDER BY id";
constexpr const char* kSelectWork = "SELECT 1 FROM work WHERE id = :id AND computer = :computer";
constexpr const char* kSelectGroup = "SELECT id FROM computer_groups WHERE id = :id";
constexpr const char* kSelectGroupNamed = "SELECT id FROM computer_groups WHERE folded_name = :name";
/// As many ids are named where several fit.
constexpr std::size_t kMostNamed = 5;

std::string quoted(const std::string& name) { return '"' + name + '"'; }

/// The only one; what is wrong otherwise begins with `subject`, as "an order with the step "x"".
std::string only_one(const std::vector<std::string>& ids, const std::string& subject, const char* remedy) {
  if (ids.size() == 1) return ids.front();
  if (ids.empty()) throw Error(ErrorCode::not_found, "there is no " + subject + ": " + remedy);
  const std::span<const std::string> named = std::span(ids).first(std::min(ids.size(), kMostNamed));
  throw Error(ErrorCode::refused, "there is more than one " + subject + ": say which by its id, as " + join_and(named));
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string> associations_between(Transaction& transaction, const std::string& source,
                                              const std::string& destination) {
  std::vector<std::string> deleted;
  for (const Row& row : transaction.query(kSelectPair, {source, destination})) {
    if (!row.optional_integer(1)) return {row.text(0)};
    deleted.push_back(row.text(0));
  }
  return deleted;
}

}  // namespace

std::string computer_named(const Site& site, const std::string& name) { return find_computer(site, name).id; }

std::string point_named(const Site& site, const std::string& name) {
  std::vector<std::string> ids;
  for (const MigrationPoint& point : list_migration_points(site)) {
    if (point.id == name) return name;
    if (fold_case(point.server) == fold_case(name)) ids.push_back(point.id);
  }
  return only_one(ids, "state migration point " + quoted(name),
                  "give its id or the name of its server; `rehome site smp list` shows them");
}

std::string folder_named(const Site& site, const std::string& point, const std::string& name) {
  std::vector<std::string> ids;
  for (const Folder& folder : migration_point(site, point).folders) {
    if (folder.id == name || folder.settings.path == name) return folder.id;
    if (last_part(folder.settings.path) == name) ids.push_back(folder.id);
  }
  return only_one(ids, "folder " + quoted(name) + " of this state migration point",
                  "give its id, its path or the last part of it; `rehome site folder list` shows them");
}

std::string association_named(const Site& site, const std::string& name) {
  constexpr const char* kRemedy = "give its id, or SOURCE:DESTINATION; `rehome association list` shows them";
  return site.database().read([&](Transaction& transaction) {
    if (!transaction.query(kSelectAssociation, {name}).empty()) return name;
    const std::size_t colon = name.find(':');
    if (colon == std::string::npos) return only_one({}, "association " + quoted(name), kRemedy);
    const std::string source = find_computer_in(transaction, name.substr(0, colon)).id;
    const std::string destination = find_computer_in(transaction, name.substr(colon + 1)).id;
    return only_one(associations_between(transaction, source, destination), "association " + quoted(name), kRemedy);
  });
}

std::string work_named(const Site& site, const std::string& computer, const std::string& name) {
  const bool is_id = site.database().read(
      [&](Transaction& transaction) { return !transaction.query(kSelectWork, {name, computer}).empty(); });
  if (is_id) return name;
  std::vector<std::string> ids;
  for (const Work& order : open_work(site, computer)) {
    if (std::ranges::find(order.steps, name) != order.steps.end()) ids.push_back(order.id);
  }
  return only_one(ids, "order " + quoted(name) + " for this computer that has not ended",
                  "give its id or one of its steps; `rehome computer order list` shows them");
}

std::string group_named(const Site& site, const std::string& name) {
  return site.database().read([&](Transaction& transaction) {
    if (!transaction.query(kSelectGroup, {name}).empty()) return name;
    std::vector<std::string> ids;
    for (const Row& row : transaction.query(kSelectGroupNamed, {fold_case(name)})) ids.push_back(row.text(0));
    return only_one(ids, "group " + quoted(name), "give its id or its name; `rehome site group list` shows them");
  });
}

}  // namespace rehome::site
