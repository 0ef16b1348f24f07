// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/id_ranges.h"

#include <algorithm>
#include <utility>

namespace rehome::load {

namespace {

constexpr std::uint64_t kFirstSubordinateId = 100'000;  // SUB_UID_MIN of login.defs
constexpr std::uint64_t kEndOfIds = 0xFFFF'FFFF;        // the last number means "no id"
constexpr std::uint32_t kLargestRange = 1U << 24U;      // 256 containers of 65536 ids

std::uint64_t end_of(IdRange range) { return std::uint64_t{range.first} + range.count; }

std::uint32_t first_of(const SubordinateRange& taken) { return taken.range.first; }

}  // namespace

bool holds(const IdRange& range, std::uint32_t id) { return range.first <= id && id < end_of(range); }

IdRangePool::IdRangePool(std::vector<SubordinateRange> taken) : taken_(std::move(taken)) {
  std::ranges::sort(taken_, {}, first_of);
}

bool IdRangePool::holds(std::uint32_t id) const {
  return std::ranges::any_of(taken_, [&](const SubordinateRange& other) { return load::holds(other.range, id); });
}

bool IdRangePool::is_free(IdRange range, std::string_view owner) const {
  if (range.first < kFirstSubordinateId || end_of(range) > kEndOfIds) return false;
  return std::ranges::none_of(taken_, [&](const SubordinateRange& other) {
    return other.owner != owner && other.range.first < end_of(range) && range.first < end_of(other.range);
  });
}

std::optional<IdRange> IdRangePool::give(IdRange wanted, std::string_view owner) {
  if (wanted.count == 0 || wanted.count > kLargestRange) return std::nullopt;
  if (!is_free(wanted, owner)) {
    std::uint64_t first = kFirstSubordinateId;
    for (const SubordinateRange& other : taken_) {
      if (first + wanted.count <= other.range.first) break;
      if (other.owner != owner) first = std::max(first, end_of(other.range));
    }
    if (first + wanted.count > kEndOfIds) return std::nullopt;
    wanted.first = static_cast<std::uint32_t>(first);
  }
  taken_.insert(std::ranges::upper_bound(taken_, wanted.first, {}, first_of), {"", wanted});
  return wanted;
}

std::vector<MovedRange> pair_ranges(std::span<const IdRange> source, std::span<const IdRange> destination) {
  std::vector<MovedRange> pairs;
  std::uint32_t used_of_source = 0;
  std::uint32_t used_of_destination = 0;
  while (!source.empty() && !destination.empty()) {
    const IdRange from = source.front();
    const IdRange to = destination.front();
    const std::uint32_t count = std::min(from.count - used_of_source, to.count - used_of_destination);
    if (count > 0) pairs.push_back({from.first + used_of_source, to.first + used_of_destination, count});
    used_of_source += count;
    used_of_destination += count;
    if (used_of_source == from.count) {
      source = source.subspan(1);
      used_of_source = 0;
    }
    if (used_of_destination == to.count) {
      destination = destination.subspan(1);
      used_of_destination = 0;
    }
  }
  return pairs;
}

}  // namespace rehome::load
