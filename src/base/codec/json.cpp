// SPDX-License-Identifier: Apache-2.0
#include "base/codec/json.h"

#include <algorithm>
#include <memory>
#include <set>

#include <nlohmann/json.hpp>

#include "base/core/check.h"
#include "base/core/error.h"

namespace rehome {
namespace {

constexpr std::size_t kLongestReason = 300;

/// Gives the parser its bytes and tells how far it came: the events do not say where they happened.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* place, const char*& furthest) : place_(place), furthest_(&furthest) {}
  reference operator*() const { return *place_; }
  CountingIterator& operator++() {
    *furthest_ = ++place_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return place_ == other.place_; }

 private:
  const char* place_;
  const char** furthest_;
};

/// Builds the value from the parser's events. An event that returns false ends the parsing.
class Builder {
 public:
  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  bool null() { return add({}); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) {
    if (!std::in_range<std::int64_t>(value)) return fail("an integer beyond 64 bits");
    return add(value);
  }
  bool number_float(double value, const std::string& token) {
    if (token.find_first_of(".eE") == std::string::npos) return fail("an integer beyond 64 bits");
    return add(value);
  }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(std::vector<std::uint8_t>&) { return fail("binary data"); }  // never comes from text
  bool start_object(std::size_t) { return open(true); }
  bool start_array(std::size_t) { return open(false); }
  bool key(std::string& name) {
    if (!open_.back().names.insert(name).second) return fail("a name that is in the same object already: " + name);
    open_.back().next_name = std::move(name);
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
    const std::string_view text = error.what();
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ...": ours says the place.
    const std::size_t place = text.find("column ");
    const std::size_t end = place == std::string_view::npos ? place : text.find(": ", place);
    return fail(std::string(end == std::string_view::npos ? text : text.substr(end + 2)));
  }

  Json take() { return std::move(root_); }
  const std::string& reason() const { return reason_; }
  bool over_limit() const { return over_limit_; }

 private:
  struct Level {
    bool is_object = false;
    Json::List list;
    Json::Object object;
    std::set<std::string> names;
    std::string next_name;
  };

  bool fail(const std::string& reason) {
    if (reason_.empty()) reason_ = reason.substr(0, kLongestReason);
    return false;
  }
  bool fail_limit(const std::string& reason) {
    over_limit_ = true;
    return fail(reason);
  }
  bool open(bool is_object) {
    if (open_.size() == limits_.depth) {
      return fail_limit("more than " + std::to_string(limits_.depth) + " objects and lists in each other");
    }
    open_.emplace_back().is_object = is_object;
    return true;
  }
  bool close() {
    Level level = std::move(open_.back());
    open_.pop_back();
    return level.is_object ? add(std::move(level.object)) : add(std::move(level.list));
  }
  bool add(Json value) {
    if (++count_ > limits_.values) return fail_limit("more than " + std::to_string(limits_.values) + " values");
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_object) {
      open_.back().object.push_back({std::move(open_.back().next_name), std::move(value)});
    } else {
      open_.back().list.push_back(std::move(value));
    }
    return true;
  }

  JsonLimits limits_;
  std::vector<Level> open_;
  Json root_;
  std::size_t count_ = 0;
  std::string reason_;
  bool over_limit_ = false;
};

std::string place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = before.size() - (newline == std::string_view::npos ? 0 : newline + 1);
  return "line " + std::to_string(1 + std::ranges::count(before, '\n')) + ", column " + std::to_string(column);
}

/// In the library's own form, which writes it. `Target` decides the order of names.
template <typename Target>
Target convert(const Json& value) {
  if (const bool* boolean = value.boolean()) return *boolean;
  if (const std::int64_t* integer = value.integer()) return *integer;
  if (const std::string* text = value.text()) return *text;
  if (const Json::List* list = value.list()) {
    Target result = Target::array();
    for (const Json& item : *list) result.push_back(convert<Target>(item));
    return result;
  }
  if (const Json::Object* object = value.object()) {
    Target result = Target::object();
    for (const JsonMember& member : *object) result[member.name] = convert<Target>(member.value);
    return result;
  }
  if (const std::optional<double> number = value.number()) return *number;
  return nullptr;
}

template <typename Target>
std::string dump(const Json& value, std::size_t indent) {
  return convert<Target>(value).dump(indent == 0 ? -1 : static_cast<int>(indent), ' ', false,
                                     Target::error_handler_t::replace);
}

}  // namespace

// Not in the header: there JsonMember, which a value can hold, is not complete yet.
Json::Json(std::nullptr_t) {}
Json::Json(std::string value) : value_(std::move(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(const char* value) : value_(std::string(value)) {}
Json::Json(double value) : value_(value) {}
Json::Json(List value) : value_(std::move(value)) {}
Json::Json(Object value) : value_(std::move(value)) {}
void Json::set(std::int64_t integer) { value_ = integer; }
void Json::set(double number) { value_ = number; }

std::optional<double> Json::number() const {
  if (const std::int64_t* integer = this->integer()) return static_cast<double>(*integer);
  const double* number = std::get_if<double>(&value_);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

const Json* Json::find(std::string_view name) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, name, &JsonMember::name);
  return found == members->end() ? nullptr : &found->value;
}

Json parse_json(std::string_view text, std::string_view what, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    throw Error(ErrorCode::limit_exceeded,
                std::string(what) + " has more than the " + std::to_string(limits.bytes) + " bytes it may have");
  }
  Builder builder(limits);
  const char* const start = std::to_address(text.begin());
  const char* furthest = start;
  const CountingIterator begin(start, furthest);
  const CountingIterator end(start + text.size(), furthest);
  if (nlohmann::json::sax_parse(begin, end, &builder)) return builder.take();
  const std::string place = place_of(text, static_cast<std::size_t>(furthest - start));
  throw Error(builder.over_limit() ? ErrorCode::limit_exceeded : ErrorCode::invalid_argument,
              std::string(what) + " cannot be read as JSON: " + place + ": " + builder.reason());
}

std::string to_text(const Json& value, const JsonStyle& style) {
  return style.sort_names ? dump<nlohmann::json>(value, style.indent)
                          : dump<nlohmann::ordered_json>(value, style.indent);
}

}  // namespace rehome
