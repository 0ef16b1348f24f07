// SPDX-License-Identifier: Apache-2.0
#pragma once
// What happens where something else has an object's name at the destination. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/machine/file_tree.h"
#include "model/plan.h"

namespace rehome::load {

constexpr std::uint32_t kMostNumberedNames = 10'000;

/// "name(2).ext" for 2, the name itself for 0. The extension is what follows the last dot but a leading one; folders
/// have none. Never longer than a name can be: the middle is cut where it must be.
std::string numbered_name(std::string_view name, std::uint32_t number, NodeKind kind);

/// What the destination's rules say for this path; without rules, files are renamed.
CollisionPolicy policy_for(const Plan* plan, const MachinePath& path);

}  // namespace rehome::load
