// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/collision.h"

#include <algorithm>

namespace rehome::load {

namespace {

constexpr std::size_t kLongestName = 255;  // NAME_MAX
constexpr std::size_t kLongestExtension = 32;

std::string_view extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > kLongestExtension) return {};
  return name.substr(dot);
}

/// At most `size` bytes, never ending inside a UTF-8 character.
std::string_view shortened(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace

std::string numbered_name(std::string_view name, std::uint32_t number, NodeKind kind) {
  if (number == 0) return std::string(name);
  const std::string_view extension = kind == NodeKind::folder ? std::string_view() : extension_of(name);
  const std::string tail = "(" + std::to_string(number) + ")" + std::string(extension);
  name.remove_suffix(extension.size());
  return std::string(shortened(name, kLongestName - std::min(kLongestName, tail.size()))) + tail;
}

CollisionPolicy policy_for(const Plan* plan, const MachinePath& path) {
  if (plan == nullptr) return CollisionPolicy::rename_source;
  PlanState folder = plan->start();
  std::string_view left = path;
  for (;;) {
    left.remove_prefix(left.starts_with('/') ? 1 : 0);
    const std::size_t slash = left.find('/');
    if (slash == std::string_view::npos) return plan->collision(folder, left);
    folder = plan->enter(folder, left.substr(0, slash));
    left.remove_prefix(slash);
  }
}

}  // namespace rehome::load
