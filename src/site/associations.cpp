// SPDX-License-Identifier: Apache-2.0
#include "site/associations.h"

#include <algorithm>

#include "base/core/error.h"
#include "site/internal/account_names.h"
#include "site/internal/association_list.h"
#include "site/internal/association_records.h"
#include "site/internal/audit_log.h"
#include "site/internal/lease_records.h"
#include "site/internal/recovery_right.h"
#include "site/internal/store_claims.h"

namespace rehome::site {

namespace {

constexpr const char* kUpdateBehaviour = "UPDATE associations SET behaviour = :behaviour WHERE id = :id";
constexpr const char* kMarkDeleted = "UPDATE associations SET deleted = :now WHERE id = :id";
constexpr const char* kUnmarkDeleted = "UPDATE associations SET deleted = NULL WHERE id = :id";
constexpr const char* kSelectPair =
    "SELECT id FROM associations WHERE source = :source AND destination = :destination AND deleted IS NULL";
constexpr const char* kSelectStores =
    "SELECT s.id FROM claims c JOIN stores s ON s.id = c.store WHERE c.association = :association AND "
    "c.state <> 'given-up' AND s.deleted IS NULL";
constexpr const char* kSelectUnrestored =
    "SELECT s.id, s.captured, s.objects FROM claims c JOIN stores s ON s.id = c.store WHERE "
    "c.association = :association AND c.state IN ('waiting', 'restoring') AND s.deleted IS NULL ORDER BY s.serial";

AssociationRecord living_record(Transaction& transaction, const std::string& id) {
  AssociationRecord record = association_record(transaction, id);
  if (record.deleted) {
    throw Error(ErrorCode::not_found,
                "association " + id + " was deleted on " + to_iso8601({.seconds = *record.deleted}));
  }
  return record;
}

bool holds(const std::vector<std::string>& all, const std::vector<std::string>& some) {
  return std::ranges::all_of(some, [&](const std::string& one) { return std::ranges::find(all, one) != all.end(); });
}

std::string describe(const Row& store) {
  const auto captured = store.optional_integer(1);
  if (!captured) return "store " + store.text(0) + ", whose capture is not released";
  return "store " + store.text(0) + ", captured on " + to_iso8601({.seconds = *captured}) + " with " +
         std::to_string(store.integer(2)) + " objects";
}

}  // namespace

std::string_view name_of(AssociationKind kind) {
  return kind == AssociationKind::in_place ? "in-place" : "side-by-side";
}

std::string_view name_of(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::all:
      return "all";
    case Behaviour::restore_specified:
      return "restore-specified";
    case Behaviour::specified:
      return "specified";
  }
  return "";
}

Behaviour behaviour_of(std::string_view name) {
  for (const Behaviour behaviour : {Behaviour::all, Behaviour::restore_specified, Behaviour::specified}) {
    if (name_of(behaviour) == name) return behaviour;
  }
  throw Error(ErrorCode::invalid_argument,
              "the accounts setting of an association is all, restore-specified or "
              "specified, not \"" +
                  std::string(name) + '"');
}

std::string_view name_of(AssociationStatus status) {
  switch (status) {
    case AssociationStatus::not_started:
      return "not-started";
    case AssociationStatus::in_progress:
      return "in-progress";
    case AssociationStatus::completed:
      return "completed";
  }
  return "";
}

Association create_association(const Site& site, const NewAssociation& wanted, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    return association_in(site, transaction, add_association(site, transaction, wanted, who));
  });
}

Association association(const Site& site, const std::string& id) {
  return site.database().read([&](Transaction& transaction) { return association_in(site, transaction, id); });
}

Association change_association(const Site& site, const std::string& id, const AssociationChange& change,
                               const Account& by) {
  return site.database().write([&](Transaction& transaction) {
    const AssociationRecord record = living_record(transaction, id);
    const Behaviour behaviour = change.behaviour.value_or(record.behaviour);
    const std::vector<std::string> before = association_accounts(transaction, id);
    std::vector<std::string> accounts = change.accounts.value_or(before);
    if (behaviour == Behaviour::all && !change.accounts) accounts.clear();
    check_accounts(behaviour, accounts);
    if (behaviour != record.behaviour) check_source_rule(transaction, record.source, behaviour, id);
    const bool gives_more =
        record.behaviour != Behaviour::all && (behaviour == Behaviour::all || !holds(before, accounts));
    if (gives_more && !transaction.query(kSelectStores, {id}).empty()) {
      require_recovery_right(by, "give a destination more accounts of what was captured already");
    }
    transaction.execute(kUpdateBehaviour, {std::string(name_of(behaviour)), id});
    set_association_accounts(transaction, id, accounts);
    add_audit(site, transaction,
              {.who = by.user, .what = "association changed", .subject = id, .why = std::string(name_of(behaviour))});
    return association_in(site, transaction, id);
  });
}

void delete_association(const Site& site, const std::string& id, bool forced, std::string_view who) {
  site.database().write([&](Transaction& transaction) {
    living_record(transaction, id);
    const Rows unrestored = transaction.query(kSelectUnrestored, {id});
    if (!unrestored.empty() && !forced) {
      const std::int64_t days = Site::settings_in(transaction).keep_deleted_seconds / 86400;
      throw Error(ErrorCode::refused,
                  "its destination would lose what it has not restored: " + describe(unrestored.back()) +
                      "; a deleted association can be brought back for " + std::to_string(days) + " days");
    }
    transaction.execute(kMarkDeleted, {site.now(), id});
    end_restores_of(site, transaction, id);
    end_captures_of(site, transaction, id);
    add_audit(site, transaction,
              {.who = who,
               .what = "association deleted",
               .subject = id,
               .why = unrestored.empty() ? "" : "forced; not restored: " + describe(unrestored.back())});
  });
}

Association undelete_association(const Site& site, const std::string& id, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    const AssociationRecord record = association_record(transaction, id);
    if (!record.deleted) throw Error(ErrorCode::refused, "association " + id + " is not deleted");
    if (!transaction.query(kSelectPair, {record.source, record.destination}).empty()) {
      throw Error(ErrorCode::already_exists, "there is a new association between the same two computers");
    }
    check_source_rule(transaction, record.source, record.behaviour, id);
    transaction.execute(kUnmarkDeleted, {id});
    add_audit(site, transaction, {.who = who, .what = "association brought back", .subject = id});
    return association_in(site, transaction, id);
  });
}

}  // namespace rehome::site
