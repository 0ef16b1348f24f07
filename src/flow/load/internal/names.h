// SPDX-License-Identifier: Apache-2.0
#pragma once
// What names of accounts and groups mean on a Linux destination; which are sound is base/machine/account_rules.h's.
// Pure functions.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::load {

/// Groups whose members rule the computer, its disks, its logs, its input or its containers. docs/operations.md lists
/// them for who decides on --allow-groups.
std::span<const std::string_view> privileged_groups();
bool is_privileged_group(std::string_view name);

/// "adm, sudo".
std::string list_of(const std::vector<std::string>& names);

/// "COMPUTER\ann" and "ann" are both "ann".
std::string_view name_without_domain(std::string_view account_name);

}  // namespace rehome::load
