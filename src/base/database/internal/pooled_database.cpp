// SPDX-License-Identifier: Apache-2.0
#include "base/database/internal/pooled_database.h"

#include <soci/soci.h>

#include "base/core/error.h"

namespace rehome::database {

namespace {

/// Each loser of a conflict lost to one that won, so this many in a row mean that something else is wrong.
constexpr int kMostAttempts = 50;

Error as_error(const std::string& display_name, const Diagnosis& diagnosis, const soci::soci_error& error) {
  return {diagnosis.code, "the database " + display_name + ": " + error.get_error_message() + diagnosis.advice};
}

}  // namespace

PooledDatabase::PooledDatabase(PoolOptions options) : options_(std::move(options)) {
  give_back(take());  // a database that cannot be opened says so at once
}

PooledDatabase::~PooledDatabase() = default;

void PooledDatabase::run_read(const std::function<void(Transaction&)>& work) { run(false, work); }

void PooledDatabase::run_write(const std::function<void(Transaction&)>& work) {
  if (!options_.one_writer) return run(true, work);
  const std::scoped_lock one(writer_);
  run(true, work);
}

void PooledDatabase::run(bool for_writing, const std::function<void(Transaction&)>& work) {
  for (int count = 1; attempt(for_writing, work, count == kMostAttempts) == Attempt::again; ++count) {
  }
}

PooledDatabase::Attempt PooledDatabase::attempt(bool for_writing, const std::function<void(Transaction&)>& work,
                                                bool last) {
  std::unique_ptr<Connection> connection = take();
  bool begun = false;
  try {
    connection->begin(for_writing);
    begun = true;
    work(*connection);
    connection->execute("COMMIT", {});
    give_back(std::move(connection));
    return Attempt::done;
  } catch (const soci::soci_error& error) {
    const Diagnosis diagnosis = connection->diagnose(error);
    // A connection that was idle for long may be dead without anybody's fault: nothing was done on it yet.
    const bool again = diagnosis.failure == Failure::conflict || (diagnosis.failure == Failure::connection && !begun);
    const bool usable = diagnosis.failure != Failure::connection && connection->roll_back();
    give_back(usable ? std::move(connection) : nullptr);
    if (!again || last) throw as_error(options_.display_name, diagnosis, error);
    return Attempt::again;
  } catch (...) {
    const bool usable = connection->roll_back();
    give_back(usable ? std::move(connection) : nullptr);
    throw;
  }
}

std::unique_ptr<Connection> PooledDatabase::take() {
  {
    auto pool = pool_.lock();
    pool.wait(returned_, [&](const Pool& state) { return state.in_use < options_.connections; });
    ++pool->in_use;
    if (!pool->idle.empty()) {
      std::unique_ptr<Connection> connection = std::move(pool->idle.back());
      pool->idle.pop_back();
      return connection;
    }
  }
  try {
    return options_.open();
  } catch (const soci::soci_error& error) {
    give_back(nullptr);
    throw Error(ErrorCode::io,
                "the database " + options_.display_name + " cannot be opened: " + error.get_error_message());
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void PooledDatabase::give_back(std::unique_ptr<Connection> connection) {
  auto pool = pool_.lock();
  --pool->in_use;
  if (connection) pool->idle.push_back(std::move(connection));
  returned_.notify_one();
}

}  // namespace rehome::database
