// SPDX-License-Identifier: Apache-2.0
#pragma once
// The way of a run between the roots of a computer: a step restarts it or enters the other root, the power fails, and
// somebody may start another root than the one that the next step belongs to. In: the state of the run, and which root
// runs. Out: the state, and a computer that is asked to start again. One thread.

#include <vector>

#include "sequence/internal/planned_step.h"
#include "sequence/run.h"

namespace rehome::sequence {

/// How often a step may be interrupted: one that takes the computer down each time would do so for ever.
constexpr int kMostInterruptions = 5;

class Passage {
 public:
  /// All of them must outlive it.
  Passage(const std::vector<PlannedStep>& steps, RunState& state, const RunPorts& ports)
      : steps_(steps), state_(state), host_(ports.host), journal_(ports.journal) {}

  /// Where the first step belongs: where it is run.
  void begin();

  bool is_waiting() const { return state_.phase == Phase::restarting || state_.phase == Phase::entering; }
  /// From now on, until the computer has started again.
  void wait_in(Phase phase);
  /// Of what waits: whether the computer has started since, into the root that it should. Throws Error(refused) once it
  /// has started too often, and not into that.
  bool has_arrived();
  /// Asks the computer to go down. Throws Error where that cannot be.
  void leave();

  /// Whether another root runs than the one that the next step belongs to.
  bool is_astray() const;
  /// Asks the computer to start that one. Throws Error where that cannot be, or was tried too often.
  void go_back();

 private:
  void enter(const Step& step);
  const Step& last_way_out() const;

  const std::vector<PlannedStep>& steps_;
  RunState& state_;
  Host& host_;
  Journal& journal_;
};

}  // namespace rehome::sequence
