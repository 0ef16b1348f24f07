// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one expression of the language: a call of a helper function.
//
//   call     = word "." word blanks "(" [ argument { "," argument } ] ")"
//   argument = '"' any but '"' '"'  |  "'" any but "'" "'"  |  word
//
// A word is letters, digits, '_' and '-'; as an argument NULL means nothing, TRUE, FALSE and numbers mean themselves.
// A backslash in a string is a backslash.

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/rules/internal/helper.h"

namespace rehome::rules {

struct Call {
  const Helper* helper = nullptr;
  std::string name;  // as written, without the object
  std::vector<std::optional<std::string>> arguments;

  /// Empty where it is NULL or left out.
  std::string_view argument(std::size_t index) const;
};

struct ExpressionProblem {
  std::size_t offset = 0;
  std::string message;  // one sentence without a final stop
};

std::expected<Call, ExpressionProblem> parse_call(std::string_view text);

}  // namespace rehome::rules
