// SPDX-License-Identifier: Apache-2.0
#pragma once
// The texts of an action in which variables are replaced.

#include <functional>

#include "sequence/sequence.h"

namespace rehome::sequence {

void for_each_text(Action& action, const std::function<void(Text& text)>& take);

}  // namespace rehome::sequence
