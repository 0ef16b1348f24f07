// SPDX-License-Identifier: Apache-2.0
#include "model/plan.h"

namespace rehome {

PlanState state_at(const Plan& plan, std::string_view path) {
  PlanState state = plan.start();
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0) state = plan.enter(state, path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return state;
}

}  // namespace rehome
