// SPDX-License-Identifier: Apache-2.0
#include "base/machine/file_tree.h"

namespace rehome {

std::string_view name_of(VolumeClass volume_class) {
  switch (volume_class) {
    case VolumeClass::local:
      return "local";
    case VolumeClass::removable:
      return "removable";
    case VolumeClass::network:
      return "network";
    case VolumeClass::fuse:
      return "fuse";
    case VolumeClass::pseudo:
      return "pseudo";
  }
  return "unknown";
}

}  // namespace rehome
