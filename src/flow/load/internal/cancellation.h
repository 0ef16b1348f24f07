// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one sentence with which a restore ends early.

#include "base/core/error.h"
#include "model/progress.h"

namespace rehome::load {

inline void stop_if_cancelled(const Progress& progress) {
  if (!progress.cancelled) return;
  throw Error(
      ErrorCode::cancelled,
      "the restore was cancelled; every file that is there is whole, and the same command goes on with the rest");
}

}  // namespace rehome::load
