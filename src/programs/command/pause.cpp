// SPDX-License-Identifier: Apache-2.0
#include "programs/command/pause.h"

#include <thread>

namespace rehome::cli {

bool pause(const Context& context, std::chrono::seconds duration) {
  constexpr auto kTick = std::chrono::milliseconds(100);
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
    if (context.surroundings.interrupted()) return false;
    std::this_thread::sleep_for(kTick);
  }
  return !context.surroundings.interrupted();
}

}  // namespace rehome::cli
