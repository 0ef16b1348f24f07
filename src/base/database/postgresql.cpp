// SPDX-License-Identifier: Apache-2.0
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include "base/core/error.h"
#include "base/database/database.h"
#include "base/database/internal/pooled_database.h"

namespace rehome {

namespace {

using database::Connection;
using database::Diagnosis;
using database::Failure;

class PostgresqlConnection final : public Connection {
 public:
  explicit PostgresqlConnection(const std::string& address)
      : Connection(std::make_unique<soci::session>(soci::postgresql, address)) {
    session() << "SET client_min_messages = warning";
  }

  void begin(bool for_writing) override {
    session() << (for_writing ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                              : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }

  // SQLSTATE classes: PostgreSQL 15, appendix A.
  Diagnosis diagnose(const soci::soci_error& error) const override {
    const auto* cause = dynamic_cast<const soci::postgresql_soci_error*>(&error);
    const std::string state = cause == nullptr ? "" : cause->sqlstate();
    if (state == "40001" || state == "40P01") return {Failure::conflict, ErrorCode::busy};
    if (state.starts_with("23")) return {Failure::final, ErrorCode::already_exists};
    if (state == "53100") return {Failure::final, ErrorCode::no_space};
    if (state == "25006") return {Failure::final, ErrorCode::read_only};
    const bool is_gone = state.empty() || state.starts_with("08") || state.starts_with("57P") || state.front() == ' ' ||
                         error.get_error_category() == soci::soci_error::connection_error;
    return {is_gone ? Failure::connection : Failure::final, ErrorCode::io};
  }
};

void refuse_password(const std::string& address) {
  const std::size_t start = address.find("://");
  const std::size_t at = address.find('@');
  const bool in_authority = start != std::string::npos && at != std::string::npos &&
                            address.substr(start + 3, at - start - 3).find(':') != std::string::npos;
  if (in_authority || address.find("password=") != std::string::npos) {
    throw Error(ErrorCode::refused,
                "the address of the database carries a password, which every user of this computer could read: put it "
                "into ~/.pgpass or a file that PGPASSFILE names");
  }
}

std::string without_query(const std::string& address) { return address.substr(0, address.find('?')); }

/// soci takes an address without a "=" for a key without a value, and gives libpq one more "=" at its end.
std::string for_soci(const std::string& address) {
  if (address.find('=') != std::string::npos) return address;
  return without_query(address) + "?application_name=rehome";
}

}  // namespace

std::unique_ptr<Database> open_postgresql(const std::string& address) {
  refuse_password(address);
  return std::make_unique<database::PooledDatabase>(database::PoolOptions{
      .display_name = without_query(address),
      .open = [address = for_soci(address)] { return std::make_unique<PostgresqlConnection>(address); }});
}

}  // namespace rehome
