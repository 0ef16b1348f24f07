// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "base/core/error.h"
#include "base/database/database.h"

namespace rehome {

namespace {

Error wrong_type(std::size_t column, const char* wanted) {
  return {ErrorCode::corrupt, "column " + std::to_string(column) + " of a record in the database holds no " + wanted};
}

/// SQLite tells no type for what a query computes, so it comes as text.
std::optional<std::int64_t> as_integer(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failure != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

}  // namespace

const Value& Row::at(std::size_t column) const {
  if (column >= columns_.size()) throw wrong_type(column, "value");
  return columns_[column];
}

std::int64_t Row::integer(std::size_t column) const {
  if (const auto number = as_integer(at(column))) return *number;
  throw wrong_type(column, "number");
}

const std::string& Row::text(std::size_t column) const {
  if (const auto* content = std::get_if<std::string>(&at(column))) return *content;
  throw wrong_type(column, "text");
}

std::optional<std::int64_t> Row::optional_integer(std::size_t column) const {
  if (std::holds_alternative<std::monostate>(at(column))) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Row::optional_text(std::size_t column) const {
  if (std::holds_alternative<std::monostate>(at(column))) return std::nullopt;
  return text(column);
}

}  // namespace rehome
