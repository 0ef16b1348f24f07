// SPDX-License-Identifier: Apache-2.0
#pragma once
// JSON (RFC 8259) as a value of our own. In: hostile text, with limits. Out: a tree; and text again. How the fields of
// an object are read and checked is in json_fields.h. Any thread may call.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rehome {

struct JsonMember;

/// One value. Made from what C++ has, so that `Json::Object{{"name", name}, {"size", 7}}` reads like the text it gives.
class Json {
 public:
  using List = std::vector<Json>;
  using Object = std::vector<JsonMember>;  // in the order of the text

  Json() = default;  // null
  Json(std::nullptr_t);
  Json(std::string value);
  Json(std::string_view value);
  Json(const char* value);
  Json(double value);
  Json(List value);
  Json(Object value);
  template <std::same_as<bool> T>  // no pointer becomes a truth value
  Json(T value) : value_(value) {}
  /// Above 2^63-1 a number is kept as a double: near enough for what is only shown.
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Json(T value) {
    if (std::in_range<std::int64_t>(value)) {
      set(static_cast<std::int64_t>(value));
    } else {
      set(static_cast<double>(value));
    }
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  /// The content, or null where the value is of another kind.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  const std::string* text() const { return std::get_if<std::string>(&value_); }
  const List* list() const { return std::get_if<List>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  /// Of an integer too.
  std::optional<double> number() const;

  /// The member of that name, or null where there is none or this is no object.
  const Json* find(std::string_view name) const;

 private:
  void set(std::int64_t integer);
  void set(double number);
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Object> value_;
};

struct JsonMember {
  std::string name;
  Json value;
};

struct JsonLimits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t depth = 32;  // of objects and lists in each other
  std::size_t values = 200'000;
};

/// The value that `text` is, whole. Throws Error(limit_exceeded) above the limits and Error(invalid_argument) for
/// anything that is not JSON, naming `what`, line and column: also a name twice in one object, bytes that are not
/// UTF-8, and an integer beyond 64 bits.
Json parse_json(std::string_view text, std::string_view what, const JsonLimits& limits = {});

struct JsonStyle {
  std::size_t indent = 0;   // 0: all on one line, without blanks
  bool sort_names = false;  // members by name, not in their own order
};

/// Never fails: bytes that are not UTF-8 become U+FFFD.
std::string to_text(const Json& value, const JsonStyle& style = {});

}  // namespace rehome
