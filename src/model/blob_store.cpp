// SPDX-License-Identifier: Apache-2.0
#include "model/blob_store.h"

#include <algorithm>

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome {

namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::ptrdiff_t kMostComponents = 4;

bool is_allowed(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte == '.' || byte == '_' || byte == '-';
}

bool is_component(std::string_view name) {
  return !name.empty() && name.front() != '.' && std::ranges::all_of(name, is_allowed);
}

}  // namespace

bool is_blob_name(std::string_view name) {
  if (name.size() > kLongestName || std::ranges::count(name, '/') >= kMostComponents) return false;
  while (true) {
    const std::size_t slash = name.find('/');
    if (!is_component(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

void check_blob_name(std::string_view name) {
  if (is_blob_name(name)) return;
  throw Error(ErrorCode::invalid_argument, "\"" + printable(name.substr(0, kLongestName)) +
                                               "\" is no blob name: it must be one to four components of digits, "
                                               "lower-case letters, '.', '_' and '-', none beginning with '.'");
}

}  // namespace rehome
