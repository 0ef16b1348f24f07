// SPDX-License-Identifier: Apache-2.0
#pragma once
// A Database over connections that are opened as threads need them and kept for the next. In: a way to open one. A
// connection that broke is dropped; a transaction that another got in the way of runs again.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/core/locked.h"
#include "base/database/internal/connection.h"

namespace rehome::database {

struct PoolOptions {
  std::string display_name;
  std::size_t connections = 8;  // at most; who comes later waits
  bool one_writer = false;      // the database takes one at a time: let the others queue here and not there
  std::function<std::unique_ptr<Connection>()> open;
};

class PooledDatabase final : public Database {
 public:
  explicit PooledDatabase(PoolOptions options);
  ~PooledDatabase() override;
  void run_write(const std::function<void(Transaction&)>& work) override;
  void run_read(const std::function<void(Transaction&)>& work) override;
  std::string display_name() const override { return options_.display_name; }

 private:
  enum class Attempt { done, again };
  struct Pool {
    std::vector<std::unique_ptr<Connection>> idle;
    std::size_t in_use = 0;
  };

  void run(bool for_writing, const std::function<void(Transaction&)>& work);
  Attempt attempt(bool for_writing, const std::function<void(Transaction&)>& work, bool last);
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  PoolOptions options_;
  Locked<Pool> pool_;
  std::condition_variable returned_;
  std::mutex writer_;
};

}  // namespace rehome::database
