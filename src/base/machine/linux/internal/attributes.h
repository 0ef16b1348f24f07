// SPDX-License-Identifier: Apache-2.0
#pragma once
// Extended attributes of an open node of any kind; ACLs and capabilities are some of them.

#include <optional>
#include <string>
#include <vector>

#include "base/machine/linux/internal/node_ref.h"

namespace rehome::linux_files {

/// Sorted; empty where the volume keeps none. Throws Error.
std::vector<std::string> list_attributes(const NodeRef& node);
/// nullopt where there is none of this name (any more). Throws Error.
std::optional<Bytes> get_attribute(const NodeRef& node, const std::string& name);
/// 0, or the errno.
int set_attribute(const NodeRef& node, const ExtendedAttribute& attribute);
int remove_attribute(const NodeRef& node, const char* name);

/// Fills `metadata.attributes`. Throws Error.
void read_all_attributes(const NodeRef& node, Metadata& metadata);

}  // namespace rehome::linux_files
