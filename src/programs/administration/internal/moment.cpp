// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/moment.h"

#include <array>
#include <charconv>
#include <ctime>
#include <optional>
#include <string_view>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/values.h"

namespace rehome::administration {

namespace {

/// The number that stands at the front, in so many digits.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  const std::string_view front = text.substr(0, digits);
  if (front.size() < digits) return std::nullopt;
  int number = 0;
  const auto read = std::from_chars(front.data(), front.data() + front.size(), number);
  if (read.ec != std::errc() || read.ptr != front.data() + front.size() || number < 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  return true;
}

struct Part {
  char before;  // 0: nothing
  std::size_t digits;
  int least, most;
};
constexpr std::array kParts = {Part{0, 4, 1970, 9999}, Part{'-', 2, 1, 12}, Part{'-', 2, 1, 31},
                               Part{'T', 2, 0, 23},    Part{':', 2, 0, 59}, Part{':', 2, 0, 59}};

std::optional<std::int64_t> date_and_time(std::string_view text) {
  std::array<int, kParts.size()> found{};
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    const Part& part = kParts.at(i);
    const bool is_seconds = i + 1 == kParts.size();
    if (is_seconds && !text.starts_with(':')) break;
    if (part.before != 0 && !take(text, part.before)) return std::nullopt;
    const auto number = take_number(text, part.digits);
    if (!number || *number < part.least || *number > part.most) return std::nullopt;
    found.at(i) = *number;
  }
  const bool is_utc = take(text, 'Z');
  if (!text.empty()) return std::nullopt;
  std::tm moment{};
  moment.tm_year = found[0] - 1900;
  moment.tm_mon = found[1] - 1;
  moment.tm_mday = found[2];
  moment.tm_hour = found[3];
  moment.tm_min = found[4];
  moment.tm_sec = found[5];
  moment.tm_isdst = -1;
  const std::time_t seconds = is_utc ? ::timegm(&moment) : std::mktime(&moment);
  if (seconds < 0 || moment.tm_mday != found[2]) return std::nullopt;  // no 31st of February
  return seconds;
}

}  // namespace

std::int64_t parse_moment(const std::string& text, const std::string& name, std::int64_t now) {
  if (const auto moment = date_and_time(text)) return *moment;
  if (text.find('T') == std::string::npos) {
    try {
      return now + *value_of(Kind::seconds, text, name).integer();
    } catch (const Error&) {  // said below, for both forms
    }
  }
  throw Error(
      ErrorCode::invalid_argument,
      name + " wants a moment, as 2026-11-22T18:00 (Z behind it: UTC) or 12h from now on, not " + printable(text));
}

}  // namespace rehome::administration
