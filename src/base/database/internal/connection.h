// SPDX-License-Identifier: Apache-2.0
#pragma once
// One connection to a database: statements of the common SQL in, rows out. Used by one thread at a time; what makes
// SQLite and PostgreSQL differ is in the two sources that derive from it.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/error.h"
#include "base/database/database.h"

namespace soci {
class session;
class soci_error;
}  // namespace soci

namespace rehome::database {

/// What went wrong, as far as it decides what to do next.
enum class Failure {
  final,       // an Error for the caller
  conflict,    // another transaction got in the way: run it again
  connection,  // the database went away
};

struct Diagnosis {
  Failure failure = Failure::final;
  ErrorCode code = ErrorCode::io;
  const char* advice = "";  // what a person can do, behind what the database says
};

class Connection : public Transaction {
 public:
  explicit Connection(std::unique_ptr<soci::session> session);
  ~Connection() override;

  /// These throw soci's own errors: diagnose() says what they mean.
  Rows query(std::string_view sql, const std::vector<Value>& parameters) override;
  std::uint64_t execute(std::string_view sql, const std::vector<Value>& parameters) override;
  /// Ends a transaction whatever state it is in; false where the connection can no longer be used.
  bool roll_back() noexcept;

  virtual void begin(bool for_writing) = 0;
  virtual Diagnosis diagnose(const soci::soci_error& error) const = 0;

 protected:
  soci::session& session() { return *session_; }

 private:
  std::unique_ptr<soci::session> session_;
};

}  // namespace rehome::database
