// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/values.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "model/outcome.h"

namespace rehome::administration {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr std::array kSeconds = {Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600}, Unit{"d", 86400}};
constexpr std::array kMinutes = {Unit{"m", 1}, Unit{"h", 60}, Unit{"d", 1440}};
constexpr std::array kBytes = {Unit{"B", 1}, Unit{"MB", 1'000'000}, Unit{"GB", 1'000'000'000},
                               Unit{"TB", 1'000'000'000'000}};

[[noreturn]] void refuse(const std::string& name, const std::string& text, const char* wanted) {
  throw Error(ErrorCode::invalid_argument, name + " wants " + wanted + ", not " + printable(text));
}

/// "12h" is 12 and "h".
struct Measure {
  std::int64_t amount = -1;
  std::string_view unit;
};
Measure parse_measure(std::string_view text) {
  Measure measure;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), measure.amount);
  if (read.ec != std::errc()) measure.amount = -1;
  measure.unit = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
  if (measure.unit.starts_with(' ')) measure.unit.remove_prefix(1);
  return measure;
}

/// -1 for what is no measure in one of these units. "0" needs none.
std::int64_t count(std::string_view text, std::span<const Unit> units) {
  const Measure measure = parse_measure(text);
  if (measure.amount == 0 && measure.unit.empty()) return 0;
  for (const Unit& unit : units) {
    const bool fits = measure.amount >= 0 && measure.amount <= std::numeric_limits<std::int64_t>::max() / unit.factor;
    if (unit.name == measure.unit && fits) return measure.amount * unit.factor;
  }
  return -1;
}

Json counted(const std::string& name, const std::string& text, std::span<const Unit> units, const char* wanted) {
  const std::int64_t number = count(text, units);
  if (number < 0) refuse(name, text, wanted);
  return number;
}

Json free_space(const std::string& name, const std::string& text) {
  const Measure measure = parse_measure(text);
  for (const auto& [typed, unit] : {std::pair{"MB", "MB"}, std::pair{"GB", "GB"}, std::pair{"%", "percent"}}) {
    if (measure.amount > 0 && measure.unit == typed) return Json::Object{{"amount", measure.amount}, {"unit", unit}};
  }
  refuse(name, text, "what must stay free, as 500MB, 10GB or 5%");
}

Json number(const std::string& name, const std::string& text) {
  const Measure measure = parse_measure(text);
  if (measure.amount < 0 || !measure.unit.empty()) refuse(name, text, "a number");
  return measure.amount;
}

Json truth(const std::string& name, const std::string& text) {
  if (text != "true" && text != "false") refuse(name, text, "true or false");
  return text == "true";
}

}  // namespace

Json variables_of(const std::vector<std::string>& texts, const std::string& name) {
  Json::Object variables;
  for (const std::string& text : texts) {
    const std::size_t end = text.find('=');
    if (end == 0 || end == std::string::npos) refuse(name, text, "NAME=VALUE");
    const std::string variable = text.substr(0, end);
    if (Json(variables).find(variable) != nullptr) refuse(name, text, "every variable once");
    variables.push_back({variable, text.substr(end + 1)});
  }
  return variables;
}

Json value_of(Kind kind, const std::string& text, const std::string& name) {
  switch (kind) {
    case Kind::number:
      return number(name, text);
    case Kind::truth:
      return truth(name, text);
    case Kind::minutes:
      return counted(name, text, kMinutes, "how long, as 90m, 12h or 1d");
    case Kind::seconds:
      return counted(name, text, kSeconds, "how long, as 30s, 10m, 12h or 1d");
    case Kind::bytes:
      return counted(name, text, kBytes, "a size, as 500MB, 20GB or 1TB");
    case Kind::free_space:
      return free_space(name, text);
    default:
      return text;
  }
}

}  // namespace rehome::administration
