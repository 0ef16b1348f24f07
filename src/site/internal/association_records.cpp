// SPDX-License-Identifier: Apache-2.0
#include "site/internal/association_records.h"

#include <algorithm>
#include <iterator>

#include "base/core/error.h"
#include "site/internal/account_names.h"
#include "site/internal/audit_log.h"
#include "site/internal/computer_records.h"
#include "site/internal/ids.h"
#include "site/internal/store_records.h"

namespace rehome::site {

namespace {

// S45: one whose stores are all deleted does not count.
constexpr std::string_view kSelect =
    "SELECT a.id, a.source, a.destination, a.behaviour, a.deleted, CASE WHEN NOT EXISTS (SELECT 1 FROM claims c WHERE "
    "c.association = a.id) OR EXISTS (SELECT 1 FROM claims c JOIN stores s ON s.id = c.store WHERE "
    "c.association = a.id AND s.deleted IS NULL) THEN 1 ELSE 0 END FROM associations a ";
constexpr std::string_view kById = "WHERE a.id = :id";
constexpr std::string_view kClaimants =
    "JOIN claims k ON k.association = a.id WHERE k.store = :store AND k.state <> 'given-up' AND a.deleted IS NULL "
    "ORDER BY a.created, a.id";
constexpr std::string_view kOfSource = "WHERE a.source = :source AND a.deleted IS NULL ORDER BY a.created, a.id";
constexpr const char* kSelectPair =
    "SELECT id FROM associations WHERE source = :source AND destination = :destination AND deleted IS NULL";
constexpr const char* kInsert =
    "INSERT INTO associations (id, source, destination, behaviour, automatic, created) VALUES "
    "(:id, :source, :destination, :behaviour, :automatic, :created)";
constexpr const char* kSelectAccounts =
    "SELECT account FROM association_accounts WHERE association = :association ORDER BY position";
constexpr const char* kDeleteAccounts = "DELETE FROM association_accounts WHERE association = :association";
constexpr const char* kInsertAccount =
    "INSERT INTO association_accounts (association, position, account) VALUES (:association, :position, :account)";

constexpr const char* kSelectPurgeable =
    "SELECT id FROM associations WHERE deleted IS NOT NULL AND deleted <= :limit ORDER BY id";
constexpr const char* kSelectOpenClaims =
    "SELECT store FROM claims WHERE association = :association AND state IN ('waiting', 'restoring')";
constexpr const char* kDelete = "DELETE FROM associations WHERE id = :id";

AssociationRecord record_of(const Row& row) {
  return {row.text(0), row.text(1), row.text(2), behaviour_of(row.text(3)), row.optional_integer(4), row.flag(5)};
}

bool is_specified(const AssociationRecord& association) { return association.behaviour == Behaviour::specified; }

void check_same_site(const Site& site, const Computer& source, const Computer& destination) {
  const std::string& own = site.info().code;
  for (const Computer* computer : {&source, &destination}) {
    if (computer->site_code == own) continue;
    throw Error(ErrorCode::refused, computer->name + " belongs to site " + computer->site_code +
                                        ": an association is between computers of one site, here " + own);
  }
}

void insert(const Site& site, Transaction& transaction, const AssociationRecord& record, bool automatic) {
  transaction.execute(kInsert, {record.id, record.source, record.destination, std::string(name_of(record.behaviour)),
                                std::int64_t{automatic}, site.now()});
}

void give_up_claims(const Site& site, Transaction& transaction, const std::string& association) {
  for (const Row& row : transaction.query(kSelectOpenClaims, {association})) {
    ClaimRecord claim = claim_in(transaction, row.text(0), association);
    claim.state = ClaimState::given_up;
    set_claim(site, transaction, row.text(0), claim);
    settle_store(site, transaction, row.text(0));
  }
}

}  // namespace

AssociationRecord association_record(Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(std::string(kSelect).append(kById), {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no association " + id);
  return record_of(rows[0]);
}

std::vector<AssociationRecord> associations_of_source(Transaction& transaction, const std::string& source) {
  std::vector<AssociationRecord> records;
  for (const Row& row : transaction.query(std::string(kSelect).append(kOfSource), {source})) {
    records.push_back(record_of(row));
  }
  return records;
}

std::vector<AssociationRecord> claimants_of(Transaction& transaction, const std::string& store) {
  std::vector<AssociationRecord> records;
  for (const Row& row : transaction.query(std::string(kSelect).append(kClaimants), {store})) {
    records.push_back(record_of(row));
  }
  return records;
}

std::vector<AssociationRecord> claimants_among(const std::vector<AssociationRecord>& all) {
  const auto chosen = [&](auto wanted) {
    std::vector<AssociationRecord> some;
    std::ranges::copy_if(all, std::back_inserter(some), wanted);
    return some;
  };
  const auto newest = [](std::vector<AssociationRecord> some) { return std::vector{std::move(some.back())}; };
  const auto open = [](const AssociationRecord& one) { return !is_specified(one); };
  const std::vector<AssociationRecord> counting = chosen([](const AssociationRecord& one) { return one.counts; });
  // Where records of earlier versions have both kinds, nobody is left out.
  if (std::ranges::any_of(counting, open)) return chosen(open);
  if (!counting.empty()) return newest(counting);
  if (std::ranges::any_of(all, open)) return chosen(open);
  return all.empty() ? all : newest(all);
}

std::vector<std::string> association_accounts(Transaction& transaction, const std::string& association) {
  std::vector<std::string> accounts;
  for (const Row& row : transaction.query(kSelectAccounts, {association})) accounts.push_back(row.text(0));
  return accounts;
}

void set_association_accounts(Transaction& transaction, const std::string& association,
                              const std::vector<std::string>& accounts) {
  transaction.execute(kDeleteAccounts, {association});
  std::int64_t position = 0;
  for (const std::string& account : accounts) transaction.execute(kInsertAccount, {association, position++, account});
}

void check_source_rule(Transaction& transaction, const std::string& source, Behaviour behaviour,
                       const std::string& except) {
  std::vector<AssociationRecord> others = associations_of_source(transaction, source);
  std::erase_if(others, [&](const AssociationRecord& one) { return one.id == except || !one.counts; });
  for (const AssociationRecord& other : others) {
    if (behaviour != Behaviour::specified && !is_specified(other)) continue;
    throw Error(ErrorCode::refused,
                "where an association captures and restores specified accounts only, its source has no other one, and "
                "this source would have " +
                    std::to_string(others.size() + 1));
  }
}

std::string add_association(const Site& site, Transaction& transaction, const NewAssociation& wanted,
                            std::string_view who) {
  check_accounts(wanted.behaviour, wanted.accounts);
  const Computer source = find_computer_in(transaction, wanted.source);
  const Computer destination = find_computer_in(transaction, wanted.destination);
  check_same_site(site, source, destination);
  if (!source.enrolled) {
    throw Error(ErrorCode::refused,
                source.name + " is not enrolled: only a computer that this site manages can be a source");
  }
  if (!transaction.query(kSelectPair, {source.id, destination.id}).empty()) {
    throw Error(ErrorCode::already_exists,
                "there is an association from " + source.name + " to " + destination.name + " already");
  }
  check_source_rule(transaction, source.id, wanted.behaviour, "");
  const std::string id = make_id(site.random(), 'a');
  insert(site, transaction, {id, source.id, destination.id, wanted.behaviour, {}, true}, false);
  set_association_accounts(transaction, id, wanted.accounts);
  add_audit(site, transaction,
            {.who = who, .what = "association created", .subject = id, .why = source.name + " to " + destination.name});
  return id;
}

AssociationRecord add_automatic_association(const Site& site, Transaction& transaction, const std::string& computer) {
  AssociationRecord record{make_id(site.random(), 'a'), computer, computer, Behaviour::all, {}, true};
  insert(site, transaction, record, true);
  add_audit(site, transaction,
            {.who = "site",
             .what = "association created",
             .subject = record.id,
             .why = "first capture of " + computer + " without one"});
  return record;
}

std::int64_t purge_associations(const Site& site, Transaction& transaction) {
  const std::int64_t limit = site.now() - Site::settings_in(transaction).keep_deleted_seconds;
  std::int64_t purged = 0;
  for (const Row& row : transaction.query(kSelectPurgeable, {limit})) {
    const std::string& id = row.text(0);
    give_up_claims(site, transaction, id);
    transaction.execute(kDeleteAccounts, {id});
    transaction.execute(kDelete, {id});
    add_audit(site, transaction, {.who = "site", .what = "association purged", .subject = id});
    ++purged;
  }
  return purged;
}

}  // namespace rehome::site
