// SPDX-License-Identifier: Apache-2.0
// Stores as they are shown.
#include <map>

#include "base/core/error.h"
#include "site/internal/lease_records.h"
#include "site/internal/paging.h"
#include "site/internal/store_records.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::string_view kSelect =
    "SELECT s.id, s.state, s.source, cs.name, s.vault, s.capture, s.folder, f.path, f.point, s.estimated_bytes, "
    "s.objects, s.bytes, s.errors, s.losses, s.message, s.requested, s.captured, s.abandoned, s.released, "
    "s.released + 60 * p.deletion_delay_minutes, s.deleted FROM stores s JOIN folders f ON f.id = s.folder "
    "JOIN points p ON p.id = f.point LEFT JOIN computers cs ON cs.id = s.source ";
constexpr std::string_view kById = "WHERE s.id = :id";
constexpr std::string_view kOnPage = "WHERE s.id IN (SELECT n.id FROM stores n WHERE n.id > :after";
constexpr std::string_view kWithName =
    " AND n.source IN (SELECT id FROM computers WHERE folded_name LIKE :pattern ESCAPE '\\')";
constexpr std::string_view kInState = " AND n.state = :state";
constexpr std::string_view kOfSource = " AND n.source = :source";
constexpr std::string_view kOfCapture = " AND n.capture = :capture";
constexpr std::string_view kEndOfPage = " ORDER BY n.id LIMIT :limit) ORDER BY s.id";

constexpr std::string_view kSelectClaims =
    "SELECT c.store, c.association, c.destination, d.name, c.state, c.changed FROM claims c LEFT JOIN computers d ON "
    "d.id = c.destination WHERE c.store IN (";
constexpr std::string_view kInOrder = ") ORDER BY c.association";

/// Of a whole page at once: one question for each store would take longer than all the rest of the page.
void add_claims(Transaction& transaction, std::vector<Store>& stores) {
  if (stores.empty()) return;
  std::map<std::string, Store*, std::less<>> by_id;
  std::vector<Value> ids;
  std::string sql(kSelectClaims);
  for (Store& store : stores) {
    sql += (ids.empty() ? ":s" : ", :s") + std::to_string(ids.size());
    ids.emplace_back(store.id);
    by_id[store.id] = &store;
  }
  for (const Row& row : transaction.query(sql.append(kInOrder), ids)) {
    by_id.at(row.text(0))
        ->claims.push_back({.association = row.text(1),
                            .destination = row.text(2),
                            .destination_name = row.optional_text(3).value_or(""),
                            .state = claim_state_of(row.text(4)),
                            .changed = row.integer(5)});
  }
}

Store store_of(const Row& row) {
  return {.id = row.text(0),
          .state = store_state_of(row.text(1)),
          .source = row.text(2),
          .source_name = row.optional_text(3).value_or(""),
          .vault = row.text(4),
          .capture = row.optional_text(5).value_or(""),
          .folder = row.text(6),
          .folder_path = row.text(7),
          .point = row.text(8),
          .estimated_bytes = row.integer(9),
          .objects = row.integer(10),
          .bytes = row.integer(11),
          .errors = row.integer(12),
          .losses = row.integer(13),
          .message = row.text(14),
          .requested = row.integer(15),
          .captured = row.optional_integer(16),
          .abandoned = row.optional_integer(17),
          .released = row.optional_integer(18),
          .due = row.optional_integer(19),
          .deleted = row.optional_integer(20),
          .claims = {},
          .accounts = {},
          .leases = {}};
}

}  // namespace

Store store_in(Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(std::string(kSelect).append(kById), {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no store " + id);
  std::vector<Store> found = {store_of(rows[0])};
  add_claims(transaction, found);
  Store shown = std::move(found[0]);
  shown.accounts = accounts_of(transaction, id);
  shown.leases = open_leases_of(transaction, id);
  return shown;
}

Store store(const Site& site, const std::string& id) {
  return site.database().read([&](Transaction& transaction) { return store_in(transaction, id); });
}

Page<Store> list_stores(const Site& site, const PageRequest& page, const StoreFilter& filter) {
  std::string sql = std::string(kSelect).append(kOnPage);
  std::vector<Value> parameters = {page.after};
  if (!page.search.empty()) {
    sql += kWithName;
    parameters.emplace_back(pattern_of(page.search));
  }
  if (filter.state) {
    sql += kInState;
    parameters.emplace_back(std::string(name_of(*filter.state)));
  }
  if (filter.source) {
    sql += kOfSource;
    parameters.emplace_back(*filter.source);
  }
  if (filter.capture) {
    sql += kOfCapture;
    parameters.emplace_back(*filter.capture);
  }
  const std::int64_t limit = limit_of(page);
  sql += kEndOfPage;
  parameters.emplace_back(limit + 1);
  return site.database().read([&](Transaction& transaction) {
    Page<Store> found = page_of(transaction.query(sql, parameters), limit, store_of);
    add_claims(transaction, found.items);
    return found;
  });
}

}  // namespace rehome::site
