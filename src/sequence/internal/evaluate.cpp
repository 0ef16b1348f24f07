// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/evaluate.h"

#include <algorithm>
#include <charconv>

#include "base/core/error.h"
#include "base/core/words.h"
#include "model/outcome.h"
#include "sequence/expand.h"
#include "sequence/internal/texts.h"

namespace rehome::sequence {

namespace {

std::int64_t number_of(std::string_view text, std::string_view what) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  throw Error(ErrorCode::invalid_argument,
              std::string(what) + " is compared as a number, but is \"" + printable(text) + "\"");
}

bool compares(const Condition& condition, const Values& values) {
  const std::string value = find_value(values, condition.variable).value_or("");
  const std::string operand = with_values(condition.operand, values);
  switch (condition.kind) {
    case Condition::Kind::is_set:
      return !value.empty();
    case Condition::Kind::is:
      return same_word(value, operand);
    case Condition::Kind::is_not:
      return !same_word(value, operand);
    case Condition::Kind::at_least:
      return number_of(value, condition.variable) >= number_of(operand, "at-least");
    default:
      return number_of(value, condition.variable) <= number_of(operand, "at-most");
  }
}

}  // namespace

std::string with_values(const Text& text, const Values& values) {
  return expand(text.text, [&](std::string_view name) { return find_value(values, name); });
}

bool holds(const Condition& condition, const Values& values, Host& host) {
  const auto part_holds = [&](const Condition& part) { return holds(part, values, host); };
  switch (condition.kind) {
    case Condition::Kind::all:
      return std::ranges::all_of(condition.parts, part_holds);
    case Condition::Kind::any:
      return std::ranges::any_of(condition.parts, part_holds);
    case Condition::Kind::none:
      return std::ranges::none_of(condition.parts, part_holds);
    case Condition::Kind::file:
      return host.has_file(with_values(condition.operand, values));
    case Condition::Kind::folder:
      return host.has_folder(with_values(condition.operand, values));
    default:
      return compares(condition, values);
  }
}

Action with_values(const Action& action, const Values& values) {
  Action copy = action;
  for_each_text(copy, [&](Text& text) { text.text = with_values(text, values); });
  return copy;
}

}  // namespace rehome::sequence
