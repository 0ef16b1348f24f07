// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lists come in pages, in the order of ids, so that a list can be read to its end while records come and go.

#include <cstdint>
#include <string>
#include <vector>

namespace rehome::site {

constexpr std::int64_t kLargestPage = 1000;

struct PageRequest {
  std::string after = {};    // the last id of the page before; empty for the first page
  std::int64_t limit = 100;  // 1 to kLargestPage; anything else is brought into that range
  std::string search = {};   // part of a computer's name, in either case; empty for all
};

template <typename T>
struct Page {
  std::vector<T> items = {};
  bool more = false;
};

}  // namespace rehome::site
