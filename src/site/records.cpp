// SPDX-License-Identifier: Apache-2.0
#include "site/records.h"

#include <algorithm>
#include <string_view>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/schema.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectVersion = "SELECT version FROM schema_version";
constexpr const char* kSelectRecoveryKey = "SELECT recovery_key FROM site";
constexpr const char* kMoveFolder = "UPDATE folders SET path = :new_path WHERE path = :old_path";

std::span<const SchemaStep> steps_to(std::int64_t version) {
  const std::span<const SchemaStep> steps = schema_steps();
  if (version < 1) throw Error(ErrorCode::corrupt, "there are no records of version " + std::to_string(version));
  if (version > static_cast<std::int64_t>(steps.size())) {
    throw Error(ErrorCode::unsupported_version, "the records are of version " + std::to_string(version) +
                                                    ", this program knows none after " + std::to_string(steps.size()) +
                                                    ": use the newer program");
  }
  return steps.first(static_cast<std::size_t>(version));
}

/// In the order in which they are made: what refers comes after what it refers to.
std::vector<std::string> tables_of(std::int64_t version) {
  constexpr std::string_view kCreate = "CREATE TABLE ";
  std::vector<std::string> tables;
  for (const SchemaStep& step : steps_to(version)) {
    for (const std::string_view statement : step) {
      if (!statement.starts_with(kCreate)) continue;
      const std::string_view rest = statement.substr(kCreate.size());
      tables.emplace_back(rest.substr(0, rest.find(' ')));
    }
  }
  return tables;
}

RecordsHead read_head(Transaction& transaction) {
  RecordsHead head{.version = transaction.query(kSelectVersion).at(0).integer(0)};
  steps_to(head.version);
  const Bytes key = from_hex(transaction.query(kSelectRecoveryKey).at(0).text(0));
  if (key.size() != head.recovery_key.size()) {
    throw Error(ErrorCode::corrupt, "the recovery key in the records has not 32 bytes");
  }
  std::ranges::copy(key, head.recovery_key.begin());
  return head;
}

std::string insert_into(const std::string& table, std::size_t columns) {
  std::string sql = "INSERT INTO " + table + " VALUES (";
  for (std::size_t i = 0; i < columns; ++i) sql += (i == 0 ? ":c" : ", :c") + std::to_string(i);
  return sql + ")";
}

}  // namespace

void read_records(Database& database, const std::function<void(const RecordsHead& head)>& begin,
                  const RecordSink& record) {
  database.read([&](Transaction& transaction) {
    const RecordsHead head = read_head(transaction);
    begin(head);
    for (const std::string& table : tables_of(head.version)) {
      for (const Row& row : transaction.query("SELECT * FROM " + table)) record({table, row.columns()});
    }
  });
}

void check_records_version(std::int64_t version) { steps_to(version); }

void write_records(Database& database, const RecordsCopy& copy) {
  const std::vector<std::string> tables = tables_of(copy.version);
  database.write([&](Transaction& transaction) {
    if (schema_version(transaction) != 0) {
      throw Error(ErrorCode::already_exists, "there is a site in " + database.display_name());
    }
    migrate(transaction, steps_to(copy.version));
    copy.each([&](const Record& record) {
      // The name goes into a statement.
      if (std::ranges::find(tables, record.table) == tables.end()) {
        throw Error(ErrorCode::corrupt, "records of a table that a site does not have");
      }
      transaction.execute(insert_into(record.table, record.columns.size()), record.columns);
    });
    transaction.execute(kMoveFolder, {copy.new_folder, copy.old_folder});
  });
}

void note_restored(const Site& site, const std::string& folder) {
  site.database().write([&](Transaction& transaction) {
    add_audit(site, transaction,
              {.who = "site restore", .what = kSiteRestored, .subject = "site", .why = "backed up in " + folder});
  });
}

}  // namespace rehome::site
