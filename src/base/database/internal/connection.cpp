// SPDX-License-Identifier: Apache-2.0
#include "base/database/internal/connection.h"

#include <deque>
#include <soci/soci.h>

namespace rehome::database {

namespace {

/// soci keeps references to what is bound: these live as long as the statement.
struct Bound {
  soci::indicator indicator = soci::i_ok;
  long long number = 0;
  std::string text;
};

Bound& bind(soci::statement& statement, std::deque<Bound>& all, const Value& value) {
  Bound& bound = all.emplace_back();
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    bound.number = *number;
    statement.exchange(soci::use(bound.number, bound.indicator));
    return bound;
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    bound.text = *text;
  } else {
    bound.indicator = soci::i_null;
  }
  statement.exchange(soci::use(bound.text, bound.indicator));
  return bound;
}

Value value_of(const soci::row& row, std::size_t column) {
  if (row.get_indicator(column) == soci::i_null) return {};
  switch (row.get_properties(column).get_data_type()) {
    case soci::dt_integer:
      return std::int64_t{row.get<int>(column)};
    case soci::dt_long_long:
      return std::int64_t{row.get<long long>(column)};
    case soci::dt_unsigned_long_long:
      return static_cast<std::int64_t>(row.get<unsigned long long>(column));
    default:
      return row.get<std::string>(column);
  }
}

std::vector<Value> values_of(const soci::row& row) {
  std::vector<Value> values;
  for (std::size_t column = 0; column < row.size(); ++column) values.push_back(value_of(row, column));
  return values;
}

}  // namespace

Connection::Connection(std::unique_ptr<soci::session> session) : session_(std::move(session)) {}

Connection::~Connection() = default;

Rows Connection::query(std::string_view sql, const std::vector<Value>& parameters) {
  soci::statement statement(*session_);
  std::deque<Bound> bound;
  soci::row row;
  statement.exchange(soci::into(row));
  for (const Value& value : parameters) bind(statement, bound, value);
  statement.alloc();
  statement.prepare(std::string(sql));
  statement.define_and_bind();
  Rows rows;
  for (bool more = statement.execute(true); more; more = statement.fetch()) rows.emplace_back(values_of(row));
  return rows;
}

std::uint64_t Connection::execute(std::string_view sql, const std::vector<Value>& parameters) {
  soci::statement statement(*session_);
  std::deque<Bound> bound;
  for (const Value& value : parameters) bind(statement, bound, value);
  statement.alloc();
  statement.prepare(std::string(sql));
  statement.define_and_bind();
  statement.execute(true);
  return static_cast<std::uint64_t>(std::max(0LL, statement.get_affected_rows()));
}

bool Connection::roll_back() noexcept {
  try {
    *session_ << "ROLLBACK";
    return true;
  } catch (const soci::soci_error&) {
    return false;
  }
}

}  // namespace rehome::database
