// SPDX-License-Identifier: Apache-2.0
#include "base/codec/internal/sodium.h"

#include <sodium.h>

#include "base/core/error.h"

namespace rehome {

void require_sodium() {
  if (sodium_init() < 0) throw Error(ErrorCode::unsupported, "libsodium cannot be started on this computer");
}

}  // namespace rehome
