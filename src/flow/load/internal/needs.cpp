// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/needs.h"

#include <ranges>
#include <vector>

namespace rehome::load {

namespace {

constexpr std::uint64_t kBlockSize = 4096;

std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) { return b > UINT64_MAX - a ? UINT64_MAX : a + b; }

constexpr std::size_t kMostFolders = 4'000'000;

Needs needs_of_leaf(const Object& object) {
  if (object.kind != NodeKind::file) return {0, 1};
  const bool is_link = object.link_group != 0 && !object.leads_link_group;
  if (is_link) return {};
  const std::uint64_t data = data_bytes(object);
  return {sum_of(data, (kBlockSize - data % kBlockSize) % kBlockSize), 1};
}

/// FNV-1a, one hash for each folder above the object, the deepest last. Who forges collisions only makes the restore
/// end later, when the volume is full.
std::vector<std::uint64_t> hashes_of_folders(const Object& object) {
  constexpr std::uint64_t kBasis = 0xCBF2'9CE4'8422'2325;
  constexpr std::uint64_t kPrime = 0x100'0000'01B3;
  const Location& location = object.location;
  std::uint64_t hash = (kBasis ^ location.account) * kPrime;
  hash = (hash ^ static_cast<std::uint64_t>(location.anchor)) * kPrime;
  std::vector<std::uint64_t> hashes;
  for (const char c : location.rest) {
    if (c == '/') hashes.push_back(hash);
    hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  }
  if (object.kind == NodeKind::folder) hashes.push_back(hash);
  return hashes;
}

}  // namespace

Needs& Needs::operator+=(const Needs& more) {
  bytes = sum_of(bytes, more.bytes);
  inodes = sum_of(inodes, more.inodes);
  return *this;
}

Needs NeedsCounter::count(const Object& object) {
  Needs needs = count_folders(object);
  if (object.kind != NodeKind::folder) needs += needs_of_leaf(object);
  return needs;
}

Needs NeedsCounter::count_folders(const Object& object) {
  const std::uint64_t folders = remember_folders(object);
  return {folders * kBlockSize, folders};
}

void NeedsCounter::leave_out(const Object& object) { remember_folders(object); }

std::uint64_t NeedsCounter::remember_folders(const Object& object) {
  if (folders_.size() >= kMostFolders) return object.kind == NodeKind::folder ? 1 : 0;
  std::uint64_t added = 0;
  for (const std::uint64_t hash : hashes_of_folders(object) | std::views::reverse) {
    if (!folders_.insert(hash).second) break;  // then what lies above it is known, too
    ++added;
  }
  return added;
}

}  // namespace rehome::load
