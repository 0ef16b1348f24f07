// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/request.h"

namespace rehome::http {

std::string BodyReader::read_all() {
  constexpr std::size_t kStep = 16 * 1024;
  std::string text;
  for (;;) {
    const std::size_t had = text.size();
    text.resize(had + kStep);
    const std::size_t count = read({reinterpret_cast<std::uint8_t*>(text.data()) + had, kStep});
    text.resize(had + count);
    if (count == 0) return text;
  }
}

std::string_view Request::header(std::string_view lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string_view() : found->second;
}

}  // namespace rehome::http
