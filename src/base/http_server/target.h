// SPDX-License-Identifier: Apache-2.0
#pragma once
// The target of a request line, taken apart. In: hostile text ("/api/v1/stores?after=s-1"). Out: path and query without
// escapes. Any thread may call.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rehome::http {

struct Target {
  std::string path;  // begins with '/'; holds no control character, and no '/' that was escaped
  std::vector<std::pair<std::string, std::string>> query;  // in the order of the text

  /// The value of the first parameter of that name.
  std::optional<std::string> parameter(std::string_view name) const;
};

/// The origin form of RFC 9112 only. Dots in a path mean nothing, '+' is a plus. Throws Error(invalid_argument).
Target parse_target(std::string_view text);

}  // namespace rehome::http
