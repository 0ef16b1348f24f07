// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/names.h"

#include <algorithm>
#include <array>

namespace rehome::load {

namespace {

constexpr std::size_t kLongestName = 32;  // of useradd

constexpr std::array<std::string_view, 17> kPrivilegedGroups = {
    "adm",    "admin", "disk",   "docker", "incus", "incus-admin",     "kmem", "libvirt", "lxc", "lxd",
    "podman", "root",  "shadow", "staff",  "sudo",  "systemd-journal", "wheel"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_name_byte(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

}  // namespace

bool is_sound_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || !is_letter(name.front())) return false;
  if (name.size() > 1 && name.ends_with('$')) name.remove_suffix(1);
  return std::ranges::all_of(name, is_name_byte);
}

bool is_sound_field(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || c == ':';
  });
}

bool is_privileged_group(std::string_view name) {
  return std::ranges::find(kPrivilegedGroups, name) != kPrivilegedGroups.end();
}

std::string_view name_without_domain(std::string_view account_name) {
  const std::size_t domain = account_name.rfind('\\');
  return domain == std::string_view::npos ? account_name : account_name.substr(domain + 1);
}

}  // namespace rehome::load
