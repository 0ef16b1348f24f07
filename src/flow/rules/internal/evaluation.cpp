// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/evaluation.h"

#include "base/core/error.h"

namespace rehome::rules {

void Budget::spend_step() {
  if (steps_++ < kSteps) return;
  throw Error(ErrorCode::limit_exceeded, "the rules refer to each other so often that more than " +
                                             std::to_string(kSteps) + " of them would have to be evaluated");
}

}  // namespace rehome::rules
