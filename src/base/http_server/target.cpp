// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/target.h"

#include <algorithm>

#include "base/core/error.h"

namespace rehome::http {
namespace {

constexpr std::size_t kMostParameters = 100;

[[noreturn]] void refuse(const char* why) {
  throw Error(ErrorCode::invalid_argument, std::string("the target of the request is wrong: ") + why);
}

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  refuse("after a '%' two hexadecimal digits must follow");
}

char escaped_character(std::string_view text, std::size_t percent) {
  if (text.size() - percent < 3) refuse("it ends within an escape");
  return static_cast<char>(digit_value(text[percent + 1]) * 16 + digit_value(text[percent + 2]));
}

bool is_control(char character) { return (character >= 0 && character < 0x20) || character == 0x7f; }

std::string unescape(std::string_view text, bool in_path) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char character = text[i];
    if (character == '%') {
      character = escaped_character(text, i);
      i += 2;
      if (in_path && character == '/') refuse("a '/' in a path must not be escaped");
    }
    if (is_control(character)) refuse("it holds a control character");
    plain += character;
  }
  return plain;
}

std::pair<std::string, std::string> parse_parameter(std::string_view text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string_view value = text.substr(std::min(equals + 1, text.size()));
  return {unescape(text.substr(0, equals), false), unescape(value, false)};
}

}  // namespace

std::optional<std::string> Target::parameter(std::string_view name) const {
  const auto found = std::ranges::find_if(query, [&](const auto& each) { return each.first == name; });
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

Target parse_target(std::string_view text) {
  if (!text.starts_with('/')) refuse("it must begin with '/'");
  if (text.contains('#')) refuse("a fragment is not for servers");
  const std::size_t mark = std::min(text.find('?'), text.size());
  Target target{.path = unescape(text.substr(0, mark), true), .query = {}};
  std::string_view rest = text.substr(std::min(mark + 1, text.size()));
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    if (end > 0) target.query.push_back(parse_parameter(rest.substr(0, end)));
    if (target.query.size() > kMostParameters) refuse("it has too many parameters");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return target;
}

}  // namespace rehome::http
