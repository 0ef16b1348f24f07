// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/names.h"

#include <algorithm>
#include <array>

namespace rehome::load {

namespace {

constexpr std::array<std::string_view, 23> kPrivilegedGroups = {
    "adm",    "admin", "disk",    "docker",   "incus", "incus-admin", "input",
    "kmem",   "kvm",   "libvirt", "libvirtd", "lxc",   "lxd",         "microk8s",
    "podman", "root",  "shadow",  "ssl-cert", "staff", "sudo",        "systemd-journal",
    "tty",    "wheel"};

}  // namespace

std::span<const std::string_view> privileged_groups() { return kPrivilegedGroups; }

bool is_privileged_group(std::string_view name) {
  return std::ranges::find(kPrivilegedGroups, name) != kPrivilegedGroups.end();
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

std::string_view name_without_domain(std::string_view account_name) {
  const std::size_t domain = account_name.rfind('\\');
  return domain == std::string_view::npos ? account_name : account_name.substr(domain + 1);
}

}  // namespace rehome::load
