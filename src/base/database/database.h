// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records in SQLite or PostgreSQL, the same for both: SQL and values in, rows out, always inside a transaction that
// behaves as if it were alone. Called by what keeps records; any thread may call.
//
// SQL is the common part of both. Parameters are written :name and are given in the order of their appearance, each
// once. Columns are BIGINT or TEXT.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rehome {

/// A parameter or the content of a column: nothing, a whole number, a text in UTF-8 without NUL.
using Value = std::variant<std::monostate, std::int64_t, std::string>;

/// Nothing where there is nothing.
template <typename T>
Value optional_value(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

class Row {
 public:
  explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}
  /// Throw Error(corrupt) where the column holds something else. A text of digits is a number too.
  std::int64_t integer(std::size_t column) const;
  const std::string& text(std::size_t column) const;
  std::optional<std::int64_t> optional_integer(std::size_t column) const;
  std::optional<std::string> optional_text(std::size_t column) const;
  bool flag(std::size_t column) const { return integer(column) != 0; }
  std::size_t size() const { return columns_.size(); }
  /// As they are, for what copies records without knowing them.
  const std::vector<Value>& columns() const { return columns_; }

 private:
  const Value& at(std::size_t column) const;
  std::vector<Value> columns_;
};
using Rows = std::vector<Row>;

class Transaction {
 public:
  virtual ~Transaction() = default;
  /// Throws Error(already_exists) where a constraint says no.
  virtual Rows query(std::string_view sql, const std::vector<Value>& parameters = {}) = 0;
  /// How many rows it changed.
  virtual std::uint64_t execute(std::string_view sql, const std::vector<Value>& parameters = {}) = 0;
};

class Database {
 public:
  virtual ~Database() = default;
  /// Runs `work` and commits; nothing is left of it when it throws. Where another transaction got in the way `work`
  /// runs again from its beginning, so all its effects must go through the transaction. What was committed survives
  /// the loss of power. Error(io) where the database went away: whether it was committed is then not known.
  virtual void run_write(const std::function<void(Transaction&)>& work) = 0;
  /// Sees one state of all records. `work` must not change anything.
  virtual void run_read(const std::function<void(Transaction&)>& work) = 0;
  /// For messages, without secrets.
  virtual std::string display_name() const = 0;

  /// The same, with what `work` returns.
  template <typename Work>
  auto write(Work work) {
    return returning([this](const auto& run) { run_write(run); }, work);
  }
  template <typename Work>
  auto read(Work work) {
    return returning([this](const auto& run) { run_read(run); }, work);
  }

 private:
  template <typename Run, typename Work>
  static auto returning(Run run, Work& work) {
    using Result = std::invoke_result_t<Work&, Transaction&>;
    if constexpr (std::is_void_v<Result>) {
      run([&](Transaction& transaction) { work(transaction); });
    } else {
      std::optional<Result> result;
      run([&](Transaction& transaction) { result.emplace(work(transaction)); });
      return std::move(*result);
    }
  }
};

/// A file, made where there is none, readable for its owner alone. One process at a time.
std::unique_ptr<Database> open_sqlite(const std::string& path);

/// "postgresql://user@host/name?…" as libpq takes it. Error(refused) for an address with a password: libpq finds one
/// in ~/.pgpass or the file that PGPASSFILE names.
std::unique_ptr<Database> open_postgresql(const std::string& address);

}  // namespace rehome
