// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/login_gate.h"

#include "base/core/error.h"

namespace rehome::server {
namespace {

constexpr std::size_t kMostInside = 3;  // fewer than workers, so that others are served meanwhile

}  // namespace

class LoginGate::Turn {
 public:
  Turn(LoginGate& gate, const std::string& address) : gate_(gate), address_(address) {
    auto state = gate_.state_.lock();
    if (state->addresses.size() >= kMostInside || !state->addresses.insert(address_).second) {
      throw Error(ErrorCode::busy, "too many passwords are being checked: wait a second and try again");
    }
    state.wait(gate_.next_, [](const State& s) { return !s.checking; });
    state->checking = true;
  }
  ~Turn() {
    {
      auto state = gate_.state_.lock();
      state->checking = false;
      state->addresses.erase(address_);
    }
    gate_.next_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  LoginGate& gate_;
  std::string address_;
};

void LoginGate::enter(const std::string& address, const std::function<void()>& check) {
  const Turn turn(*this, address);
  check();
}

}  // namespace rehome::server
