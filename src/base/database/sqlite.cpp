// SPDX-License-Identifier: Apache-2.0
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "base/core/error.h"
#include "base/core/platform/private_file.h"
#include "base/database/database.h"
#include "base/database/internal/pooled_database.h"

namespace rehome {

namespace {

using database::Connection;
using database::Diagnosis;
using database::Failure;

constexpr const char* kAdvice =
    ": its file is damaged; stop what uses it, keep a copy of the file, and go back to a backup";

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(const std::string& path)
      : Connection(std::make_unique<soci::session>(soci::sqlite3, "dbname=" + quoted(path) + " timeout=30")) {
    // A commit is on the device when it returns, readers never wait for the writer, and what refers exists.
    for (const char* setting : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"}) {
      session() << setting;
    }
  }

  void begin(bool for_writing) override { session() << (for_writing ? "BEGIN IMMEDIATE" : "BEGIN"); }

  Diagnosis diagnose(const soci::soci_error& error) const override {
    const auto* cause = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    if (cause == nullptr) return {};
    switch (cause->result() & 0xff) {  // without the extension of the code
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return {Failure::conflict, ErrorCode::busy};
      case SQLITE_CONSTRAINT:
        return {Failure::final, ErrorCode::already_exists};
      case SQLITE_FULL:
        return {Failure::final, ErrorCode::no_space};
      case SQLITE_READONLY:
        return {Failure::final, ErrorCode::read_only};
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        return {Failure::final, ErrorCode::corrupt, kAdvice};
      default:
        return {};
    }
  }

 private:
  static std::string quoted(const std::string& path) {
    if (path.find('"') != std::string::npos) {
      throw Error(ErrorCode::invalid_argument, "the path of a database has no '\"' in it: " + path);
    }
    return '"' + path + '"';
  }
};

std::unique_ptr<Connection> connect(const std::string& path) {
  try {
    return std::make_unique<SqliteConnection>(path);
  } catch (const soci::sqlite3_soci_error& error) {
    const int result = error.result() & 0xff;
    if (result != SQLITE_NOTADB && result != SQLITE_CORRUPT) throw;
    throw Error(ErrorCode::corrupt, "the database " + path + " cannot be opened" + kAdvice);
  }
}

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& path) {
  platform::make_private_file(path);  // SQLite gives the files beside it the same mode
  return std::make_unique<database::PooledDatabase>(
      database::PoolOptions{.display_name = path, .one_writer = true, .open = [path] { return connect(path); }});
}

}  // namespace rehome
