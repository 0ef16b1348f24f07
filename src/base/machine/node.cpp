// SPDX-License-Identifier: Apache-2.0
#include "base/machine/node.h"

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

}  // namespace rehome
