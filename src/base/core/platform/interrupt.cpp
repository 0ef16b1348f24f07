// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/interrupt.h"

#include <array>
#include <atomic>
#include <csignal>

#include "base/core/check.h"

namespace rehome::platform {

namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

// A signal handler reaches nothing but statics. These belong to the one living Interrupt.
std::atomic<int> received{0};
std::atomic<bool> installed{false};
std::array<struct sigaction, kSignals.size()> before;
static_assert(std::atomic<int>::is_always_lock_free, "a handler may not wait for a lock");

extern "C" void note_signal(int number) {
  received = number;
  for (const int each : kSignals) (void)std::signal(each, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  check(!installed.exchange(true), "there is one Interrupt at a time");
  received = 0;
  struct sigaction action{};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &before[i]);
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
  installed = false;
}

bool Interrupt::requested() const { return received != 0; }

int Interrupt::signal_number() const { return received; }

}  // namespace rehome::platform
