// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/needs.h"

namespace rehome::load {

namespace {

constexpr std::uint64_t kBlockSize = 4096;

std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) { return b > UINT64_MAX - a ? UINT64_MAX : a + b; }

}  // namespace

Needs& Needs::operator+=(const Needs& more) {
  bytes = sum_of(bytes, more.bytes);
  inodes = sum_of(inodes, more.inodes);
  return *this;
}

Needs needs_of(const Object& object) {
  if (object.kind != NodeKind::file) return {object.kind == NodeKind::folder ? kBlockSize : 0, 1};
  const bool is_link = object.link_group != 0 && !object.leads_link_group;
  if (is_link) return {};
  const std::uint64_t data = data_bytes(object);
  return {sum_of(data, (kBlockSize - data % kBlockSize) % kBlockSize), 1};
}

}  // namespace rehome::load
