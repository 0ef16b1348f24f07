// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/tagged_cache.h"

#include <algorithm>
#include <array>

#include "base/core/error.h"

namespace rehome::scan {

namespace {

constexpr std::string_view kSignature = "Signature: 8a477f597d28d172789f06886806bc55";

bool is_named_by_rules(const Plan& plan, const MachinePath& path) {
  return std::ranges::any_of(plan.named_folders(), [&](const MachinePath& named) {
    return named.starts_with(path) && (named.size() == path.size() || named[path.size()] == '/');
  });
}

}  // namespace

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

bool stays_behind_as_cache(const ScanJob& job, const MachinePath& path, const Location& location, Folder& folder) {
  if (job.options.keep_tagged_caches || location.account == kSystemAccount) return false;
  // A stray tag in somebody's home or documents must not leave all of it behind.
  if (location.rest.empty() && location.anchor != KnownFolder::cache) return false;
  return has_valid_cache_tag(folder) && !is_named_by_rules(job.plan, path);
}

}  // namespace rehome::scan
