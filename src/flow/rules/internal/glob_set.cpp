// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/glob_set.h"

#include <algorithm>

#include "base/core/check.h"

namespace rehome::rules {

GlobSet::GlobSet(std::vector<Glob> globs) : globs_(std::move(globs)) {
  Positions first;
  for (std::size_t i = 0; i < globs_.size(); ++i) {
    first.push_back(static_cast<Position>(symbols_.size()));
    append(globs_[i], static_cast<GlobNumber>(i));
  }
  intern_kind({}, *table_.lock());
  start_ = intern(std::move(first));
}

void GlobSet::append(const Glob& glob, GlobNumber number) {
  bool is_first = true;
  for (const std::string& piece : glob.pieces()) {
    if (!is_first) symbols_.push_back({Symbol::kStar, number});
    is_first = false;
    for (const char byte : piece) symbols_.push_back({static_cast<unsigned char>(byte), number});
  }
  symbols_.push_back({Symbol::kEnd, number});
}

const GlobSet::Kind* GlobSet::kind_of(std::string_view name) const {
  const State* state = start_;
  for (const char each : name) {
    if (state == nullptr || state->positions->empty()) break;
    auto byte = static_cast<unsigned char>(each);
    // Acquire: whoever gets the pointer must see the state behind it.
    const State* next = state->next[byte].load(std::memory_order_acquire);
    state = next != nullptr ? next : follow(*state, byte);
  }
  return state == nullptr ? nullptr : state->kind;
}

std::vector<GlobNumber> GlobSet::try_each(std::string_view name) const {
  std::vector<GlobNumber> like;
  for (std::size_t i = 0; i < globs_.size(); ++i) {
    if (globs_[i].matches(name)) like.push_back(static_cast<GlobNumber>(i));
  }
  return like;
}

const GlobSet::State* GlobSet::follow(const State& from, unsigned char byte) const {
  if (full_.load(std::memory_order_relaxed)) return nullptr;
  const State* next = intern(after(*from.positions, byte));
  from.next[byte].store(next, std::memory_order_release);
  return next;
}

/// A star stands for itself and for what follows it, so that it needs no second position.
GlobSet::Positions GlobSet::after(const Positions& positions, unsigned char byte) const {
  Positions next;
  for (Position at : positions) {
    if (symbols_[at].what == Symbol::kStar) next.push_back(at++);
    if (symbols_[at].what == byte) next.push_back(at + 1);
  }
  std::ranges::sort(next);
  auto rest = std::ranges::unique(next);
  next.erase(rest.begin(), rest.end());
  keep_furthest(next);
  return next;
}

/// Whatever a glob could still become from before a star that it has reached, it can become from that star.
void GlobSet::keep_furthest(Positions& positions) const {
  Positions kept;
  bool star_seen = false;
  for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
    const Symbol& symbol = symbols_[*at];
    const bool same_glob = !kept.empty() && symbols_[kept.back()].glob == symbol.glob;
    if (same_glob && star_seen) continue;
    star_seen = symbol.what == Symbol::kStar;
    kept.push_back(*at);
  }
  std::ranges::reverse(kept);
  positions = std::move(kept);
}

std::vector<GlobNumber> GlobSet::ended(const Positions& positions) const {
  std::vector<GlobNumber> globs;
  for (const Position at : positions) {
    const bool is_star = symbols_[at].what == Symbol::kStar;
    if (symbols_[is_star ? at + 1 : at].what == Symbol::kEnd) globs.push_back(symbols_[at].glob);
  }
  // "a*a" after "aa" is both at its star and at its end.
  auto rest = std::ranges::unique(globs);
  globs.erase(rest.begin(), rest.end());
  return globs;
}

const GlobSet::State* GlobSet::intern(Positions positions) const {
  auto table = table_.lock();
  if (auto found = table->states.find(positions); found != table->states.end()) return &found->second;
  if (table->states.size() >= kStateLimit || table->positions >= kPositionLimit) {
    full_.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  table->positions += positions.size();
  auto added = table->states.try_emplace(std::move(positions)).first;
  added->second.positions = &added->first;
  added->second.kind = &intern_kind(ended(added->first), *table);
  return &added->second;
}

const GlobSet::Kind& GlobSet::intern_kind(std::vector<GlobNumber> globs, Table& table) const {
  auto number = static_cast<std::uint32_t>(table.kinds.size());
  auto [entry, is_new] = table.kinds.try_emplace(std::move(globs));
  if (is_new) entry->second = {number, entry->first};
  return entry->second;
}

}  // namespace rehome::rules
