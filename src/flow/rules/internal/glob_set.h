// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of many globs a name is like, in one walk over its bytes: what that costs does not grow with their number. The
// globs together are a deterministic automaton, whose states are made when a name first leads to them. Any thread may
// ask; making a state takes a lock, following a known one takes none.

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/core/locked.h"
#include "flow/rules/internal/glob.h"
#include "flow/rules/internal/numbers_hash.h"

namespace rehome::rules {

using GlobNumber = std::uint32_t;

class GlobSet {
 public:
  /// Globs have the numbers of their places in `globs`.
  explicit GlobSet(std::vector<Glob> globs);

  /// All names that are like the same globs.
  struct Kind {
    std::uint32_t number = 0;  // counted from 0, which are the names that are like none
    std::vector<GlobNumber> globs;
  };
  /// nullptr: globs with several stars tell apart more names than there is room for (see kStateLimit); try_each()
  /// knows.
  const Kind* kind_of(std::string_view name) const;
  /// Ascending.
  std::vector<GlobNumber> try_each(std::string_view name) const;

  /// 2 KiB each.
  static constexpr std::size_t kStateLimit = 8 * 1024;
  /// In all states together.
  static constexpr std::size_t kPositionLimit = 4 * 1024 * 1024;

 private:
  /// The globs in one row, each with an end behind it; a position is what the next byte of a name is held against.
  struct Symbol {
    static constexpr int kStar = 256;
    static constexpr int kEnd = 257;
    int what = kEnd;  // a byte, or one of these
    GlobNumber glob = 0;
  };
  using Position = std::uint32_t;
  using Positions = std::vector<Position>;
  struct State {
    const Positions* positions = nullptr;
    const Kind* kind = nullptr;
    mutable std::array<std::atomic<const State*>, 256> next{};
  };
  struct Table {
    std::unordered_map<Positions, State, NumbersHash> states;
    std::map<std::vector<GlobNumber>, Kind> kinds;
    std::size_t positions = 0;
  };

  void append(const Glob& glob, GlobNumber number);
  const State* follow(const State& from, unsigned char byte) const;
  Positions after(const Positions& positions, unsigned char byte) const;
  void keep_furthest(Positions& positions) const;
  std::vector<GlobNumber> ended(const Positions& positions) const;
  const State* intern(Positions positions) const;
  const Kind& intern_kind(std::vector<GlobNumber> globs, Table& table) const;

  std::vector<Glob> globs_;
  std::vector<Symbol> symbols_;
  mutable Locked<Table> table_;
  mutable std::atomic<bool> full_{false};  // no state is made any more
  const State* start_ = nullptr;
};

}  // namespace rehome::rules
