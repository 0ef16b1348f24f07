// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text with '*' in it, and whether a name is like it. '*' stands for any number of bytes; nothing else is special.

#include <string>
#include <string_view>
#include <vector>

namespace rehome::rules {

/// The text between the stars: n stars make n+1 pieces, the first and last of which may be empty. One piece is a
/// literal.
class Glob {
 public:
  Glob() : pieces_(1) {}
  explicit Glob(std::vector<std::string> pieces);
  /// Every '*' is a star.
  static Glob parse(std::string_view text);

  /// In one pass: what the earlier pieces matched is never reconsidered.
  bool matches(std::string_view name) const;

  bool is_literal() const { return pieces_.size() == 1; }
  /// "*", also written "**".
  bool is_any() const { return literal_bytes_ == 0 && !is_literal(); }
  /// Of a literal.
  const std::string& text() const { return pieces_.front(); }

  const std::vector<std::string>& pieces() const { return pieces_; }
  std::size_t literal_bytes() const { return literal_bytes_; }
  std::size_t stars() const { return pieces_.size() - 1; }

  bool operator==(const Glob&) const = default;
  auto operator<=>(const Glob&) const = default;

 private:
  std::vector<std::string> pieces_;
  std::size_t literal_bytes_ = 0;
};

}  // namespace rehome::rules
