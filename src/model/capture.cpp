// SPDX-License-Identifier: Apache-2.0
#include "model/capture.h"

namespace rehome {

std::string_view name_of(StoreKind kind) {
  switch (kind) {
    case StoreKind::compressed:
      return "compressed";
    case StoreKind::uncompressed:
      return "uncompressed";
    case StoreKind::hard_link:
      return "hard-link";
  }
  return "unknown";
}

}  // namespace rehome
