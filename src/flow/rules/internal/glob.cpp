// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/glob.h"

#include <algorithm>

#include "base/core/check.h"

namespace rehome::rules {

Glob::Glob(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {
  check(!pieces_.empty(), "a glob has at least one piece");
  for (const std::string& piece : pieces_) literal_bytes_ += piece.size();
  // Empty pieces in the middle are stars that follow each other: one says the same.
  if (pieces_.size() > 2) {
    auto middle = std::remove(pieces_.begin() + 1, pieces_.end() - 1, std::string());
    pieces_.erase(middle, pieces_.end() - 1);
  }
}

Glob Glob::parse(std::string_view text) {
  std::vector<std::string> pieces;
  while (true) {
    const std::size_t star = text.find('*');
    pieces.emplace_back(text.substr(0, star));
    if (star == std::string_view::npos) return Glob(std::move(pieces));
    text.remove_prefix(star + 1);
  }
}

bool Glob::matches(std::string_view name) const {
  if (is_literal()) return name == pieces_.front();
  const std::string& first = pieces_.front();
  const std::string& last = pieces_.back();
  if (name.size() < first.size() + last.size()) return false;
  if (!name.starts_with(first) || !name.ends_with(last)) return false;
  name = name.substr(first.size(), name.size() - first.size() - last.size());
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const std::size_t found = name.find(pieces_[i]);
    if (found == std::string_view::npos) return false;
    name.remove_prefix(found + pieces_[i].size());
  }
  return true;
}

}  // namespace rehome::rules
