// SPDX-License-Identifier: Apache-2.0
// Hundreds of associations at once, from a list that a person keeps in a spreadsheet.
#include <map>

#include "base/core/error.h"
#include "base/core/utf8.h"
#include "site/associations.h"
#include "site/internal/association_records.h"
#include "site/internal/csv.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

/// Leaves the transaction without a trace; caught right outside of it.
struct NothingMade {};

/// Where each column is.
struct Columns {
  std::size_t source = 0, destination = 0, behaviour = 0;
  std::optional<std::size_t> accounts;
  std::size_t count = 0;
};

std::string trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return "";
  return std::string(text.substr(start, text.find_last_not_of(" \t") - start + 1));
}

Columns columns_of(const CsvRecord& header) {
  std::map<std::string, std::size_t> places;
  for (std::size_t at = 0; at < header.fields.size(); ++at) {
    std::string name = fold_case(trimmed(header.fields[at]));
    if (at == 0 && name.starts_with("\xEF\xBB\xBF")) name.erase(0, 3);  // what a spreadsheet puts before UTF-8
    if (!places.emplace(name, at).second) {
      throw Error(ErrorCode::invalid_argument, "the column " + name + " is there twice");
    }
  }
  const auto place = [&](const char* name) {
    const auto found = places.find(name);
    if (found == places.end()) {
      throw Error(ErrorCode::invalid_argument,
                  "the first line names the columns source, destination, behaviour and accounts; " + std::string(name) +
                      " is missing");
    }
    return found->second;
  };
  Columns columns{place("source"), place("destination"), place("behaviour"), std::nullopt, header.fields.size()};
  if (places.contains("accounts")) columns.accounts = places["accounts"];
  const std::size_t known = columns.accounts ? 4 : 3;
  if (places.size() != known) throw Error(ErrorCode::invalid_argument, "the first line names a column that is unknown");
  return columns;
}

std::vector<std::string> split_accounts(std::string_view text) {
  std::vector<std::string> accounts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    if (std::string account = trimmed(text.substr(0, end)); !account.empty()) accounts.push_back(std::move(account));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return accounts;
}

NewAssociation association_of(const CsvRecord& record, const Columns& columns) {
  if (record.fields.size() != columns.count) {
    throw Error(ErrorCode::invalid_argument,
                "it has " + std::to_string(record.fields.size()) + " fields, not " + std::to_string(columns.count));
  }
  return {.source = trimmed(record.fields[columns.source]),
          .destination = trimmed(record.fields[columns.destination]),
          .behaviour = behaviour_of(trimmed(record.fields[columns.behaviour])),
          .accounts = columns.accounts ? split_accounts(record.fields[*columns.accounts]) : std::vector<std::string>()};
}

/// One line is looked at after those before it were made, so that lines that exclude each other are found.
void make_line(const Site& site, Transaction& transaction, const CsvRecord& record, const Columns& columns,
               ImportReport& report, std::string_view who) {
  try {
    report.associations.push_back(add_association(site, transaction, association_of(record, columns), who));
  } catch (const Error& error) {
    // These come before the line has changed anything; what the database says ends the import.
    if (error.code() == ErrorCode::io || error.code() == ErrorCode::no_space) throw;
    report.bad_lines.push_back({record.line, error.message()});
  }
}

}  // namespace

ImportReport import_associations(const Site& site, std::string_view csv, bool dry_run, std::string_view who) {
  if (!is_utf8(csv)) throw Error(ErrorCode::invalid_argument, "the list is not UTF-8: save it as that");
  const std::vector<CsvRecord> records = parse_csv(csv);
  if (records.empty()) throw Error(ErrorCode::invalid_argument, "the list is empty: its first line names the columns");
  if (records.size() > kMostImportedLines) {
    throw Error(ErrorCode::limit_exceeded, "a list has at most " + std::to_string(kMostImportedLines) + " lines");
  }
  const Columns columns = columns_of(records.front());
  ImportReport report;
  try {
    site.database().write([&](Transaction& transaction) {
      report = {};  // the transaction may run again
      for (std::size_t at = 1; at < records.size(); ++at) {
        make_line(site, transaction, records[at], columns, report, who);
      }
      if (dry_run || !report.bad_lines.empty()) throw NothingMade();
    });
  } catch (const NothingMade&) {
    if (!report.bad_lines.empty()) report.associations.clear();
  }
  return report;
}

}  // namespace rehome::site
