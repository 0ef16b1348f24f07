// SPDX-License-Identifier: Apache-2.0
#pragma once
// A backup of a site: its records, key and configuration, not the blobs of its state migration points. In: the folder
// of a site, which may be served meanwhile. Out: a file that only the secret half of its recovery key opens. What is
// made anew at a restore is not in it: the server's certificate. Any thread.

#include <optional>
#include <string>

#include "base/codec/certificate_authority.h"
#include "base/codec/secret.h"
#include "base/core/random.h"
#include "base/database/database.h"
#include "base/machine/file_tree.h"

namespace rehome::server {

struct SiteConfiguration {
  ServerNames names;
  std::string database;  // "postgresql://…"; empty: SQLite in the folder
};

struct SiteBackup {
  SiteConfiguration configuration;
  std::string folder;        // where the site lived
  std::int64_t version = 0;  // of the records
  Secret key;
  Secret content;           // a line of JSON for the above, and one for each record
  std::size_t records = 0;  // where those begin
};

/// The bytes of the file. `database` as in SiteFolder::open, whose errors it has, but for `busy`.
Bytes make_backup(const std::string& path, const std::optional<std::string>& database, FileTree& files, Random& random);
/// Error(wrong_key), Error(corrupt), Error(unsupported_version): nothing of it can be used.
SiteBackup read_backup(ByteView file, const Secret& recovery_secret);
/// Into an empty database; the site's own folder for state is then in `path`.
void write_backed_up_records(const SiteBackup& backup, const std::string& path, Database& database);

}  // namespace rehome::server
