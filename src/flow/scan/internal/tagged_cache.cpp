// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/tagged_cache.h"

#include <array>

#include "base/core/error.h"

namespace rehome::scan {

namespace {
constexpr std::string_view kSignature = "Signature: 8a477f597d28d172789f06886806bc55";
}

bool has_valid_cache_tag(Folder& folder) {
  std::array<std::uint8_t, kSignature.size()> head{};
  try {
    const auto tag = folder.open_file(kCacheTagName);
    std::size_t filled = 0;
    while (filled < head.size()) {
      const std::size_t count = tag->read_at(filled, std::span(head).subspan(filled));
      if (count == 0) return false;
      filled += count;
    }
  } catch (const Error&) {
    return false;
  }
  return as_text(head) == kSignature;
}

}  // namespace rehome::scan
