// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/temporary_name.h"

#include "base/core/error.h"

namespace rehome::load {

TemporaryName::TemporaryName(WritableFolder& folder, NodeKind kind)
    : folder_(folder), kind_(kind), name_(folder.temporary_name()) {}

TemporaryName::~TemporaryName() {
  if (!is_used_) return;
  try {
    if (node_ && folder_.inspect(name_).identity() != *node_) return;
    kind_ == NodeKind::folder ? folder_.remove_folder(name_) : folder_.remove_file(name_);
  } catch (const Error&) {
    return;  // nothing has it, as it should be; or what made the restore fail forbids this too
  }
}

void TemporaryName::become(const std::string& name) {
  folder_.rename(name_, folder_, name, false);
  is_used_ = false;
}

/// A rename to another name of the same node does nothing, so this one may be left.
void TemporaryName::replace(const std::string& name) { folder_.rename(name_, folder_, name, true); }

}  // namespace rehome::load
