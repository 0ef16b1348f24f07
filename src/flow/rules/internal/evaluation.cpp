// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/evaluation.h"

#include "base/core/error.h"

namespace rehome::rules {

void Budget::spend_step(Place place) {
  place_ = place;
  if (steps_left_ == 0) {
    throw Error(ErrorCode::limit_exceeded,
                "the rules refer to each other so often that millions of them would have to be evaluated");
  }
  --steps_left_;
}

}  // namespace rehome::rules
