// SPDX-License-Identifier: Apache-2.0
#include "site/internal/association_list.h"

#include "base/core/error.h"
#include "site/internal/association_records.h"
#include "site/internal/paging.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::string_view kSelect =
    "SELECT a.id, a.source, cs.name, a.destination, cd.name, a.behaviour, a.automatic, a.created, a.deleted, s.id, "
    "s.captured, c.state, c.changed, s.deleted FROM associations a "
    "LEFT JOIN computers cs ON cs.id = a.source LEFT JOIN computers cd ON cd.id = a.destination "
    "LEFT JOIN stores s ON s.serial = (SELECT MAX(n.serial) FROM claims m JOIN stores n ON n.id = m.store WHERE "
    "m.association = a.id) LEFT JOIN claims c ON c.store = s.id AND c.association = a.id ";
constexpr std::string_view kById = "WHERE a.id = :id";
// The ids of a page are found first, so that the joins are made for these alone.
constexpr std::string_view kOnPage = "WHERE a.id IN (SELECT p.id FROM associations p WHERE p.id > :after";
constexpr std::string_view kWithName =
    " AND (p.source IN (SELECT id FROM computers WHERE folded_name LIKE :source_pattern ESCAPE '\\') OR "
    "p.destination IN (SELECT id FROM computers WHERE folded_name LIKE :destination_pattern ESCAPE '\\'))";
constexpr std::string_view kFromSource = " AND p.source = :source";
constexpr std::string_view kToDestination = " AND p.destination = :destination";
constexpr std::string_view kNotDeleted = " AND p.deleted IS NULL";
constexpr std::string_view kEndOfPage = " ORDER BY p.id LIMIT :limit) ORDER BY a.id";

AssociationStatus status_of(const Row& row) {
  const auto claim = row.optional_text(11);
  if (claim == "restored" || claim == "given-up") return AssociationStatus::completed;
  return row.optional_integer(10) ? AssociationStatus::in_progress : AssociationStatus::not_started;
}

Association association_of(const Site& site, Transaction& transaction, const Row& row) {
  Association shown{.id = row.text(0),
                    .kind = row.text(1) == row.text(3) ? AssociationKind::in_place : AssociationKind::side_by_side,
                    .behaviour = behaviour_of(row.text(5)),
                    .site_code = site.info().code,
                    .source = row.text(1),
                    .source_name = row.optional_text(2).value_or(""),
                    .destination = row.text(3),
                    .destination_name = row.optional_text(4).value_or(""),
                    .accounts = {},
                    .automatic = row.flag(6),
                    .status = status_of(row),
                    .store = row.optional_text(9),
                    .captured = row.optional_integer(10),
                    .restored = {},
                    .store_deleted = row.optional_integer(13),
                    .created = row.integer(7),
                    .deleted = row.optional_integer(8)};
  if (row.optional_text(11) == "restored") shown.restored = row.integer(12);
  if (shown.behaviour != Behaviour::all) shown.accounts = association_accounts(transaction, shown.id);
  return shown;
}

}  // namespace

Association association_in(const Site& site, Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(std::string(kSelect).append(kById), {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no association " + id);
  return association_of(site, transaction, rows[0]);
}

Page<Association> list_associations(const Site& site, const PageRequest& page, const AssociationFilter& filter) {
  std::string sql = std::string(kSelect).append(kOnPage);
  std::vector<Value> parameters = {page.after};
  if (!page.search.empty()) {
    sql += kWithName;
    parameters.insert(parameters.end(), 2, pattern_of(page.search));
  }
  if (filter.source) {
    sql += kFromSource;
    parameters.emplace_back(*filter.source);
  }
  if (filter.destination) {
    sql += kToDestination;
    parameters.emplace_back(*filter.destination);
  }
  if (!filter.with_deleted) sql += kNotDeleted;
  const std::int64_t limit = limit_of(page);
  sql += kEndOfPage;
  parameters.emplace_back(limit + 1);
  return site.database().read([&](Transaction& transaction) {
    return page_of(transaction.query(sql, parameters), limit,
                   [&](const Row& row) { return association_of(site, transaction, row); });
  });
}

}  // namespace rehome::site
