// SPDX-License-Identifier: Apache-2.0
#pragma once
// All records of a site as rows, for a backup: out of one database, into an empty one of either kind. What the rows
// mean is not looked at, so that a backup holds what the tables of its version hold. Any thread.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/codec/sealed_box.h"
#include "base/database/database.h"
#include "site/site.h"

namespace rehome::site {

struct Record {
  std::string table = {};
  std::vector<Value> columns = {};  // in the order of the table
};
using RecordSink = std::function<void(const Record& record)>;

struct RecordsHead {
  std::int64_t version = 0;  // of the tables
  PublicKey recovery_key{};
};

/// One state of all records. `begin` comes first, and again where the reading has to start anew.
/// Error(not_found) where no site is, Error(unsupported_version) where the records are of a newer program.
void read_records(Database& database, const std::function<void(const RecordsHead& head)>& begin,
                  const RecordSink& record);

/// Error(unsupported_version) for records of a newer program.
void check_records_version(std::int64_t version);

struct RecordsCopy {
  std::int64_t version = 0;
  /// Gives all records, parents before what refers to them; may be called several times.
  std::function<void(const RecordSink& record)> each;
  /// A folder for user state that is elsewhere now.
  std::string old_folder = {}, new_folder = {};
};
/// All or nothing. Error(already_exists) where a site is, Error(unsupported_version) for records of a newer program.
void write_records(Database& database, const RecordsCopy& copy);
/// Says so in the audit log, as `kSiteRestored`. `folder`: where the site lived when it was backed up.
constexpr const char* kSiteRestored = "site restored";
void note_restored(const Site& site, const std::string& folder);

}  // namespace rehome::site
