// SPDX-License-Identifier: Apache-2.0
#include "site/groups.h"

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/computer_records.h"
#include "site/internal/ids.h"
#include "site/internal/paging.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::int64_t kMostMembers = 5000;

constexpr const char* kInsert =
    "INSERT INTO computer_groups (id, name, folded_name, created) VALUES (:id, :name, :folded_name, :created)";
constexpr const char* kSelect = "SELECT id, name, created FROM computer_groups WHERE id = :id";
constexpr const char* kSelectPage =
    "SELECT id, name, created FROM computer_groups WHERE id > :after AND folded_name LIKE :pattern ESCAPE '\\' "
    "ORDER BY id LIMIT :limit";
constexpr const char* kSelectNamed = "SELECT id FROM computer_groups WHERE folded_name = :name";
constexpr const char* kSelectMembers =
    "SELECT c.id, c.name FROM group_members m JOIN computers c ON c.id = m.computer WHERE m.computer_group = :id "
    "ORDER BY c.folded_name, c.id";
constexpr const char* kSelectMember = "SELECT 1 FROM group_members WHERE computer_group = :id AND computer = :computer";
constexpr const char* kInsertMember = "INSERT INTO group_members (computer_group, computer) VALUES (:id, :computer)";
constexpr const char* kDeleteMember = "DELETE FROM group_members WHERE computer_group = :id AND computer = :computer";
constexpr const char* kDeleteMembers = "DELETE FROM group_members WHERE computer_group = :id";
constexpr const char* kDelete = "DELETE FROM computer_groups WHERE id = :id";

Group without_members(const Row& row) {
  return {.id = row.text(0), .name = row.text(1), .computers = {}, .created = row.integer(2)};
}

Group group_in(Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(kSelect, {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no group " + id);
  Group group = without_members(rows[0]);
  for (const Row& row : transaction.query(kSelectMembers, {id})) group.computers.push_back({row.text(0), row.text(1)});
  return group;
}

void add_members(Transaction& transaction, const std::string& id, const std::vector<std::string>& computers) {
  for (const std::string& computer : computers) {
    computer_in(transaction, computer);
    if (transaction.query(kSelectMember, {id, computer}).empty()) transaction.execute(kInsertMember, {id, computer});
  }
  if (static_cast<std::int64_t>(group_in(transaction, id).computers.size()) > kMostMembers) {
    throw Error(ErrorCode::limit_exceeded, "a group has at most " + std::to_string(kMostMembers) + " computers");
  }
}

}  // namespace

Group add_group(const Site& site, const std::string& name, const std::vector<std::string>& computers,
                std::string_view who) {
  check_name(name, "the name of a group");
  return site.database().write([&](Transaction& transaction) {
    if (!transaction.query(kSelectNamed, {fold_case(name)}).empty()) {
      throw Error(ErrorCode::already_exists, "there is a group \"" + name + "\" already");
    }
    const std::string id = make_id(site.random(), 'g');
    transaction.execute(kInsert, {id, name, fold_case(name), site.now()});
    add_members(transaction, id, computers);
    add_audit(site, transaction, {.who = who, .what = "group added", .subject = id, .why = name});
    return group_in(transaction, id);
  });
}

Group group(const Site& site, const std::string& id) {
  return site.database().read([&](Transaction& transaction) { return group_in(transaction, id); });
}

Page<Group> list_groups(const Site& site, const PageRequest& page) {
  return site.database().read([&](Transaction& transaction) {
    const std::int64_t limit = limit_of(page);
    return page_of(transaction.query(kSelectPage, {page.after, pattern_of(page.search), limit + 1}), limit,
                   without_members);
  });
}

Group add_to_group(const Site& site, const std::string& id, const std::vector<std::string>& computers,
                   std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    group_in(transaction, id);
    add_members(transaction, id, computers);
    for (const std::string& computer : computers) {
      add_audit(site, transaction, {.who = who, .what = "computer put into group", .subject = id, .why = computer});
    }
    return group_in(transaction, id);
  });
}

Group remove_from_group(const Site& site, const std::string& id, const std::string& computer, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    group_in(transaction, id);
    if (transaction.execute(kDeleteMember, {id, computer}) == 0) {
      throw Error(ErrorCode::not_found, "group " + id + " has no computer " + computer);
    }
    add_audit(site, transaction, {.who = who, .what = "computer taken from group", .subject = id, .why = computer});
    return group_in(transaction, id);
  });
}

void remove_group(const Site& site, const std::string& id, std::string_view who) {
  site.database().write([&](Transaction& transaction) {
    const Group group = group_in(transaction, id);
    transaction.execute(kDeleteMembers, {id});
    transaction.execute(kDelete, {id});
    add_audit(site, transaction, {.who = who, .what = "group removed", .subject = id, .why = group.name});
  });
}

}  // namespace rehome::site
