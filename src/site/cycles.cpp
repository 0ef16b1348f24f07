// SPDX-License-Identifier: Apache-2.0
#include "site/cycles.h"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr const char* kInsert =
    "INSERT INTO cycles (number, point, begun, ended, is_empty, held_back, expired_leases, purged_associations) VALUES "
    "(:number, :point, :begun, :ended, :is_empty, :held_back, :expired_leases, :purged_associations)";
constexpr const char* kSelectLast = "SELECT COALESCE(MAX(number), 0) FROM cycles";
constexpr const char* kInsertResult =
    "INSERT INTO cycle_results (cycle, position, outcome, subject, reason) VALUES "
    "(:cycle, :position, :outcome, :subject, :reason)";
constexpr const char* kSelectOld =
    "SELECT number FROM cycles WHERE point = :point AND (is_empty = 1 OR number <= (SELECT COALESCE(MIN(n.number), 0) "
    "- 1 "
    "FROM (SELECT number FROM cycles WHERE point = :same_point ORDER BY number DESC LIMIT :kept) AS n))";
constexpr const char* kDeleteResults = "DELETE FROM cycle_results WHERE cycle = :cycle";
constexpr const char* kDelete = "DELETE FROM cycles WHERE number = :number";
constexpr std::string_view kSelect =
    "SELECT c.number, c.point, p.server, c.begun, c.ended, c.held_back, c.expired_leases, c.purged_associations FROM "
    "cycles c JOIN points p ON p.id = c.point WHERE p.removed IS NULL";
constexpr std::string_view kOfPoint = " AND c.point = :point";
constexpr std::string_view kNewestFirst = " ORDER BY c.number DESC";
constexpr const char* kSelectResults =
    "SELECT outcome, subject, reason FROM cycle_results WHERE cycle = :cycle ORDER BY position";

/// What became of a store or vault, as it is written.
constexpr const char* kDeleted = "deleted";
constexpr const char* kRemoved = "removed";
constexpr const char* kSkipped = "skipped";
constexpr const char* kFailed = "failed";
constexpr const char* kLeftOver = "left over";
/// As many captures of a vault are named.
constexpr std::size_t kMostNamed = 100;

bool is_empty(const CycleReport& report) {
  return report.deleted.empty() && report.removed.empty() && report.skipped.empty() && !report.held_back &&
         report.purged_associations == 0 && report.expired_leases == 0;
}

/// Those before it that are no longer of use: what found nothing, and what is too many.
void forget_old(Transaction& transaction, const std::string& point) {
  for (const Row& row : transaction.query(kSelectOld, {point, point, kKeptCycles - 1})) {
    transaction.execute(kDeleteResults, {row.integer(0)});
    transaction.execute(kDelete, {row.integer(0)});
  }
}

std::string text_of(const LeftOver& left) {
  std::string text = std::to_string(left.until);
  for (std::size_t at = 0; at < std::min(left.captures.size(), kMostNamed); ++at) text += " " + left.captures[at];
  return text;
}

void insert_results(Transaction& transaction, std::int64_t cycle, const CycleReport& report) {
  std::int64_t position = 0;
  const auto insert = [&](const char* outcome, const std::string& subject, const std::string& reason) {
    transaction.execute(kInsertResult, {cycle, position++, std::string(outcome), subject, tidy_text(reason, 4096)});
  };
  for (const std::string& store : report.deleted) insert(kDeleted, store, "");
  for (const std::string& vault : report.removed) insert(kRemoved, vault, "");
  for (const SkippedStore& store : report.skipped) {
    insert(store.failure.empty() ? kSkipped : kFailed, store.store, store.reason);
  }
  for (const LeftOver& left : report.left_over) insert(kLeftOver, left.vault, text_of(left));
}

LeftOver left_over_of(const std::string& vault, const std::string& text) {
  LeftOver left{.vault = vault};
  std::istringstream words(text);
  words >> left.until;
  for (std::string capture; words >> capture;) left.captures.push_back(capture);
  return left;
}

void read_results(Transaction& transaction, Cycle& cycle) {
  for (const Row& row : transaction.query(kSelectResults, {cycle.number})) {
    const std::string& outcome = row.text(0);
    if (outcome == kDeleted) {
      cycle.report.deleted.push_back(row.text(1));
    } else if (outcome == kRemoved) {
      cycle.report.removed.push_back(row.text(1));
    } else if (outcome == kLeftOver) {
      cycle.report.left_over.push_back(left_over_of(row.text(1), row.text(2)));
    } else {
      const std::string failure = outcome == kFailed ? row.text(2) : "";
      cycle.report.skipped.push_back({.store = row.text(1), .reason = row.text(2), .failure = failure});
    }
  }
}

}  // namespace

void keep_cycle(const Site& site, const std::string& point, std::int64_t begun, const CycleReport& report) {
  site.database().write([&](Transaction& transaction) {
    forget_old(transaction, point);
    const std::int64_t number = transaction.query(kSelectLast).at(0).integer(0) + 1;
    transaction.execute(kInsert, {number, point, begun, site.now(), std::int64_t{is_empty(report)},
                                  std::int64_t{report.held_back}, report.expired_leases, report.purged_associations});
    insert_results(transaction, number, report);
  });
}

std::vector<Cycle> list_cycles(const Site& site, const std::optional<std::string>& point) {
  const std::string sql = std::string(kSelect).append(point ? kOfPoint : "").append(kNewestFirst);
  std::vector<Value> parameters;
  if (point) parameters.emplace_back(*point);
  return site.database().read([&](Transaction& transaction) {
    std::vector<Cycle> cycles;
    for (const Row& row : transaction.query(sql, parameters)) {
      Cycle& cycle = cycles.emplace_back();
      cycle.number = row.integer(0);
      cycle.point = row.text(1);
      cycle.server = row.text(2);
      cycle.begun = row.integer(3);
      cycle.ended = row.integer(4);
      cycle.report.held_back = row.flag(5);
      cycle.report.expired_leases = row.integer(6);
      cycle.report.purged_associations = row.integer(7);
      read_results(transaction, cycle);
    }
    return cycles;
  });
}

}  // namespace rehome::site
