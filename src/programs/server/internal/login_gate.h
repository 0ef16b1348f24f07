// SPDX-License-Identifier: Apache-2.0
#pragma once
// Passwords cost time and memory to check, on purpose (Argon2id). One is checked at a time, and few may wait for that,
// of each address one: thousands of wrong passwords neither burn all processors nor hold all workers. Any thread.

#include <condition_variable>
#include <functional>
#include <set>
#include <string>

#include "base/core/locked.h"

namespace rehome::server {

class LoginGate {
 public:
  /// Runs `check` when it is its turn. Throws Error(busy) where too many wait.
  void enter(const std::string& address, const std::function<void()>& check);

 private:
  struct State {
    std::set<std::string> addresses;  // of those inside and waiting
    bool checking = false;
  };
  class Turn;
  Locked<State> state_;
  std::condition_variable next_;
};

}  // namespace rehome::server
