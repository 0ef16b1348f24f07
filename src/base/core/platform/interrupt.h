// SPDX-License-Identifier: Apache-2.0
#pragma once
// The user's or the system's wish that this program ends: SIGINT, SIGTERM and SIGHUP. The first one is only noted, so
// that what is under way can be brought to a safe state; a second one ends the process at once.

namespace rehome::platform {

/// While it lives, the signals are caught; afterwards they do again what they did before. One at a time, made by the
/// main of a program.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Any thread may ask.
  bool requested() const;
  /// The signal that came, or 0: a program that ends because of it exits with 128 + this.
  int signal_number() const;
};

}  // namespace rehome::platform
