// SPDX-License-Identifier: Apache-2.0
#include "sequence/given_values.h"

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "sequence/variables.h"

namespace rehome::sequence {

std::pair<std::string, std::string> parse_assignment(std::string_view text) {
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos || sign == 0) {
    throw Error(ErrorCode::invalid_argument, "--set wants NAME=VALUE, not " + printable(text));
  }
  std::string name(text.substr(0, sign));
  const KnownVariable* known = find_known_variable(name);
  if (known != nullptr && known->is_secret) {
    throw Error(
        ErrorCode::refused,
        printable(name) + " is a secret, and everybody can read command lines: give it in a file, with --variables");
  }
  return {std::move(name), std::string(text.substr(sign + 1))};
}

Values values_of(std::string_view text, const std::string& what) {
  const Json json = parse_json(text, what);
  JsonFields fields(json, "variables");
  Values values;
  for (const JsonMember& member : *json.object()) {
    values.emplace_back(member.name, fields.text(member.name, kLongestGivenValue));
  }
  return values;
}

Values given_values(std::string_view file_text, const std::string& file, const std::vector<std::string>& assignments) {
  Values values;
  if (!file_text.empty()) {
    for (const auto& [name, value] : values_of(file_text, file)) set_value(values, name, value);
  }
  for (const std::string& text : assignments) {
    const auto [name, value] = parse_assignment(text);
    set_value(values, name, value);
  }
  for (const auto& [name, value] : values) {
    const KnownVariable* known = find_known_variable(name);
    if (known == nullptr || known->use != VariableUse::engine) continue;
    throw Error(ErrorCode::invalid_argument, printable(name) + " is set by this program alone");
  }
  return values;
}

}  // namespace rehome::sequence
