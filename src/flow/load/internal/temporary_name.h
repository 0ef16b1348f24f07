// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a restore makes has a name of ours until it is its owner's: whoever kills it leaves nothing under a name of the
// store's that only root can use. One thread.

#include <optional>
#include <string>

#include "base/machine/file_tree.h"

namespace rehome::load {

/// Free again when this goes, unless the node got its own name.
class TemporaryName {
 public:
  explicit TemporaryName(WritableFolder& folder, NodeKind kind = NodeKind::file);
  ~TemporaryName();
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;

  const std::string& text() const { return name_; }
  /// What has the name from now on; what somebody else puts there instead is not removed.
  void holds(const NodeIdentity& node) { node_ = node; }
  /// Throws Error(already_exists) if something has that name.
  void become(const std::string& name);
  /// In place of what has that name.
  void replace(const std::string& name);

 private:
  WritableFolder& folder_;
  NodeKind kind_;
  std::string name_;
  std::optional<NodeIdentity> node_;
  bool is_used_ = true;
};

}  // namespace rehome::load
