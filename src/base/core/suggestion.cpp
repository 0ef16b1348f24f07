// SPDX-License-Identifier: Apache-2.0
#include "base/core/suggestion.h"

#include <algorithm>
#include <vector>

#include "base/core/words.h"

namespace rehome {

namespace {

constexpr std::size_t kLongestWord = 64;

/// Edit distance in which two swapped neighbours count once.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> words) {
  if (word.size() > kLongestWord) return {};
  const std::string lower = lower_word(word);
  std::size_t allowed = word.size() >= 5 ? 2 : 1;
  std::string_view best;
  for (const std::string_view candidate : words) {
    const std::size_t difference = std::max(candidate.size(), word.size()) - std::min(candidate.size(), word.size());
    if (difference > allowed) continue;
    const std::size_t found = distance(lower, lower_word(candidate));
    if (found > allowed) continue;
    best = candidate;
    if (found == 0) break;
    allowed = found - 1;
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> words) {
  const std::string_view best = nearest(word, words);
  return best.empty() ? std::string() : "; did you mean " + std::string(best) + "?";
}

}  // namespace rehome
