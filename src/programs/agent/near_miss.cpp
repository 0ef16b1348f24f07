// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/near_miss.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace rehome::agent {

namespace {

constexpr std::size_t kLongestCompared = 100;
constexpr std::size_t kMostShown = 3;

char lower(char letter) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))); }

/// Levenshtein's distance, without case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> near_misses(std::string_view name, std::span<const std::string_view> known) {
  name = name.substr(0, kLongestCompared);
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (const std::string_view candidate : known) {
    const std::size_t letters = distance(name, candidate);
    if (letters <= std::max<std::size_t>(2, candidate.size() / 4)) near.emplace_back(letters, candidate);
  }
  std::ranges::sort(near);
  std::vector<std::string> names;
  for (const auto& [letters, candidate] : near) {
    if (names.size() < kMostShown) names.emplace_back(candidate);
  }
  return names;
}

}  // namespace rehome::agent
