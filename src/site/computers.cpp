// SPDX-License-Identifier: Apache-2.0
#include "site/computers.h"

#include "base/core/error.h"
#include "site/internal/association_records.h"
#include "site/internal/audit_log.h"
#include "site/internal/computer_records.h"
#include "site/internal/ids.h"
#include "site/internal/paging.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::string_view kSelect =
    "SELECT id, name, note, site_code, operating_system, agent_version, enrolled, fingerprint, last_seen, quota_bytes, "
    "created FROM computers ";
constexpr std::string_view kById = "WHERE id = :id";
constexpr std::string_view kByName = "WHERE folded_name = :name ORDER BY id LIMIT 2";
// The inner part is answered by the index computers_for_search alone.
constexpr std::string_view kOnPage =
    "WHERE id IN (SELECT id FROM computers WHERE id > :after AND "
    "folded_name LIKE :pattern ESCAPE '\\' ORDER BY id LIMIT :limit) ORDER BY id";
constexpr const char* kInsert =
    "INSERT INTO computers (id, name, folded_name, note, site_code, operating_system, agent_version, enrolled, "
    "quota_bytes, created) VALUES (:id, :name, :folded_name, :note, :site_code, '', '', 0, :quota_bytes, :created)";
constexpr const char* kUpdate =
    "UPDATE computers SET name = :name, folded_name = :folded_name, note = :note, quota_bytes = :quota_bytes "
    "WHERE id = :id";
constexpr const char* kCountUses =
    "SELECT (SELECT COUNT(*) FROM associations WHERE deleted IS NULL AND (source = :as_source OR "
    "destination = :as_destination)), (SELECT COUNT(*) FROM stores WHERE deleted IS NULL AND (source = :of OR id IN "
    "(SELECT store FROM claims WHERE destination = :for)))";
constexpr const char* kRevokeCertificates =
    "UPDATE certificates SET revoked = :now WHERE computer = :computer AND revoked IS NULL";
constexpr const char* kLeaveGroups = "DELETE FROM group_members WHERE computer = :computer";
constexpr const char* kDelete = "DELETE FROM computers WHERE id = :id";
constexpr const char* kSeen =
    "UPDATE computers SET name = :name, folded_name = :folded_name, agent_version = :agent_version, "
    "last_seen = :now WHERE id = :id";

std::string select(std::string_view which) { return std::string(kSelect).append(which); }

Computer computer_of(const Row& row) {
  return {.id = row.text(0),
          .name = row.text(1),
          .note = row.text(2),
          .site_code = row.text(3),
          .operating_system = row.text(4),
          .agent_version = row.text(5),
          .enrolled = row.flag(6),
          .fingerprint = row.optional_text(7),
          .last_seen = row.optional_integer(8),
          .quota_bytes = row.optional_integer(9),
          .created = row.integer(10)};
}

void check_quota(std::optional<std::int64_t> bytes) {
  if (bytes && *bytes < 0) throw Error(ErrorCode::invalid_argument, "a quota is not below 0 bytes");
}

}  // namespace

Computer computer_in(Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(select(kById), {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site knows no computer " + id);
  return computer_of(rows[0]);
}

Computer find_computer_in(Transaction& transaction, const std::string& name_or_id) {
  Rows rows = transaction.query(select(kById), {name_or_id});
  if (rows.empty()) rows = transaction.query(select(kByName), {fold_case(name_or_id)});
  if (rows.empty())
    throw Error(ErrorCode::not_found, "this site knows no computer \"" + name_or_id +
                                          "\": give its id or its name; `rehome computer list` shows them");
  if (rows.size() > 1) {
    throw Error(ErrorCode::refused,
                "several computers are called \"" + name_or_id + "\": say which by its id, as " + rows[0].text(0));
  }
  return computer_of(rows[0]);
}

Computer add_computer(const Site& site, Transaction& transaction, const NewComputer& wanted) {
  check_name(wanted.name, "the name of a computer");
  check_note(wanted.note, "the note on a computer");
  check_quota(wanted.quota_bytes);
  const std::string id = make_id(site.random(), 'c');
  transaction.execute(
      kInsert, {id, wanted.name, fold_case(wanted.name), wanted.note, wanted.site_code.value_or(site.info().code),
                optional_value(wanted.quota_bytes), site.now()});
  return computer_in(transaction, id);
}

Computer import_computer(const Site& site, const NewComputer& wanted, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    Computer added = add_computer(site, transaction, wanted);
    add_audit(site, transaction, {.who = who, .what = "computer imported", .subject = added.id, .why = added.name});
    if (wanted.source_computer) {
      add_association(site, transaction, {.source = *wanted.source_computer, .destination = added.id}, who);
    }
    return added;
  });
}

Computer computer(const Site& site, const std::string& id) {
  return site.database().read([&](Transaction& transaction) { return computer_in(transaction, id); });
}

Computer find_computer(const Site& site, const std::string& name_or_id) {
  return site.database().read([&](Transaction& transaction) { return find_computer_in(transaction, name_or_id); });
}

Page<Computer> list_computers(const Site& site, const PageRequest& page) {
  return site.database().read([&](Transaction& transaction) {
    const std::int64_t limit = limit_of(page);
    return page_of(transaction.query(select(kOnPage), {page.after, pattern_of(page.search), limit + 1}), limit,
                   computer_of);
  });
}

Computer change_computer(const Site& site, const std::string& id, const ComputerChange& change, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    Computer record = computer_in(transaction, id);
    if (change.name) record.name = *change.name;
    if (change.note) record.note = *change.note;
    if (change.quota_bytes) record.quota_bytes = change.quota_bytes;
    if (record.quota_bytes == 0) record.quota_bytes.reset();
    check_name(record.name, "the name of a computer");
    check_note(record.note, "the note on a computer");
    check_quota(record.quota_bytes);
    transaction.execute(kUpdate,
                        {record.name, fold_case(record.name), record.note, optional_value(record.quota_bytes), id});
    add_audit(site, transaction, {.who = who, .what = "computer changed", .subject = id});
    return record;
  });
}

void remove_computer(const Site& site, const std::string& id, std::string_view who) {
  site.database().write([&](Transaction& transaction) {
    const Computer record = computer_in(transaction, id);
    const Row uses = transaction.query(kCountUses, {id, id, id, id}).at(0);
    if (uses.integer(0) + uses.integer(1) > 0) {
      throw Error(ErrorCode::refused, record.name + " still has " + std::to_string(uses.integer(0)) +
                                          " associations and " + std::to_string(uses.integer(1)) +
                                          " stores of its own or for it that are not deleted");
    }
    transaction.execute(kRevokeCertificates, {site.now(), id});
    transaction.execute(kLeaveGroups, {id});
    transaction.execute(kDelete, {id});
    add_audit(site, transaction, {.who = who, .what = "computer removed", .subject = id, .why = record.name});
  });
}

void note_seen(const Site& site, const std::string& id, const std::string& name, const std::string& agent_version) {
  check_name(name, "the name of a computer");
  site.database().write([&](Transaction& transaction) {
    const Computer record = computer_in(transaction, id);
    if (record.name != name) {
      add_audit(site, transaction,
                {.who = id, .what = "computer renamed", .subject = id, .why = record.name + " to " + name});
    }
    transaction.execute(kSeen, {name, fold_case(name), tidy_text(agent_version, 255), site.now(), id});
  });
}

}  // namespace rehome::site
