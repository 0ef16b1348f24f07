// SPDX-License-Identifier: Apache-2.0
#include "sequence/sequence.h"

#include <type_traits>

namespace rehome::sequence {

std::string_view name_of(StateStep step) {
  switch (step) {
    case StateStep::request_state_store:
      return "request-state-store";
    case StateStep::capture_user_state:
      return "capture-user-state";
    case StateStep::restore_user_state:
      return "restore-user-state";
    case StateStep::release_state_store:
      return "release-state-store";
  }
  return "request-state-store";
}

std::string_view name_of(const Action& action) {
  return std::visit(
      [](const auto& one) -> std::string_view {
        using Kind = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Kind, RunStateStep>) {
          return name_of(one.step);
        } else {
          return Kind::kKind;
        }
      },
      action);
}

}  // namespace rehome::sequence
