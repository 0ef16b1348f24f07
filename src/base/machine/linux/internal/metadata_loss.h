// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which refusals of the system cost one item of metadata and not the whole object, and how the report says it.

#include <string>
#include <string_view>

#include "base/machine/linux/internal/node_ref.h"

namespace rehome::linux_files {

/// True for the errnos of a right, a kind of volume or a value that is missing or wrong; false for a broken device or
/// a volume that cannot be written at all.
bool is_refusal(int errno_value);

/// "extended attribute user.x: not supported by vfat".
std::string describe_loss(std::string_view item, int errno_value, const NodeRef& node);

}  // namespace rehome::linux_files
