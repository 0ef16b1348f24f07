// SPDX-License-Identifier: Apache-2.0
#include "sequence/expand.h"

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::sequence {

namespace {

/// Hands over the pieces of `text`: what stays as it is, and names.
void part(std::string_view text, const std::function<void(std::string_view)>& plain,
          const std::function<void(std::string_view)>& name) {
  while (!text.empty()) {
    const std::size_t begin = text.find('%');
    plain(text.substr(0, begin));
    if (begin == std::string_view::npos) return;
    const std::size_t end = text.find('%', begin + 1);
    if (end == std::string_view::npos) return plain(text.substr(begin));
    if (end == begin + 1) {
      plain("%");
    } else {
      name(text.substr(begin + 1, end - begin - 1));
    }
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<std::string> variables_in(std::string_view text) {
  std::vector<std::string> names;
  part(text, [](std::string_view) {}, [&](std::string_view name) { names.emplace_back(name); });
  return names;
}

std::string expand(std::string_view text, const ValueOf& value_of) {
  std::string expanded;
  part(
      text, [&](std::string_view plain) { expanded += plain; },
      [&](std::string_view name) {
        const std::optional<std::string> value = value_of(name);
        if (!value) throw Error(ErrorCode::invalid_argument, "the variable " + printable(name) + " has no value");
        expanded += *value;
      });
  return expanded;
}

}  // namespace rehome::sequence
