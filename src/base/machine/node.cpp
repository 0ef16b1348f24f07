// SPDX-License-Identifier: Apache-2.0
#include "base/machine/node.h"

#include <algorithm>
#include <array>

namespace rehome {

std::string_view name_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::unknown:
      return "unknown";
    case NodeKind::file:
      return "file";
    case NodeKind::folder:
      return "folder";
    case NodeKind::symlink:
      return "symlink";
    case NodeKind::fifo:
      return "fifo";
    case NodeKind::socket:
      return "socket";
    case NodeKind::char_device:
      return "char_device";
    case NodeKind::block_device:
      return "block_device";
  }
  return "unknown";
}

bool is_label(std::string_view attribute) {
  constexpr std::array<std::string_view, 4> kLabels = {"security.selinux", "security.ima", "security.evm",
                                                       "security.apparmor"};
  return std::ranges::count(kLabels, attribute) > 0 || attribute.starts_with("security.SMACK64");
}

}  // namespace rehome
