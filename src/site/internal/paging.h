// SPDX-License-Identifier: Apache-2.0
#pragma once
// From the rows of a query that asked for one more than the page holds, to the page.

#include <algorithm>
#include <cstdint>

#include "base/database/database.h"
#include "site/page.h"

namespace rehome::site {

inline std::int64_t limit_of(const PageRequest& page) { return std::clamp<std::int64_t>(page.limit, 1, kLargestPage); }

template <typename Make>
auto page_of(const Rows& rows, std::int64_t limit, Make make) {
  Page<decltype(make(rows.front()))> page;
  page.more = static_cast<std::int64_t>(rows.size()) > limit;
  const std::size_t count = std::min(rows.size(), static_cast<std::size_t>(limit));
  for (std::size_t at = 0; at < count; ++at) page.items.push_back(make(rows[at]));
  return page;
}

}  // namespace rehome::site
