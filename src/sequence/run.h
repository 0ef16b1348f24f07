// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs a sequence. In: the sequence, how far it is, and ports to the computer. Out: the same, further. Whatever happens
// between two saves of the journal, the run goes on from the last one: after a crash, after a restart, and in the
// system that has replaced the one it began in. For one thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "sequence/run_state.h"
#include "sequence/sequence.h"

namespace rehome::sequence {

struct StepEnd {
  bool succeeded = true;
  int code = 0;
  std::string message = {};    // why it failed
  bool wants_restart = false;  // of the computer, before the next step
};

/// Does what steps do. `action` has no variables in its texts any more.
class StepActions {
 public:
  virtual ~StepActions() = default;
  /// Not for Restart and SetVariables; of EnterOtherRoot all that can be done before the computer goes down. A failure
  /// is an end; Error(cancelled) means that the user stops the sequence, which then goes on with this step.
  virtual StepEnd run(const Action& action, const Values& values,
                      const std::optional<std::chrono::seconds>& time_limit) = 0;
};

/// The computer as a sequence sees it.
class Host {
 public:
  virtual ~Host() = default;
  virtual std::string name() = 0;
  /// Where it keeps what the sequence needs, in the root that runs now: "/rehome", "/target/rehome".
  virtual std::string folder() = 0;
  /// Another text after each start of the computer.
  virtual std::string boot() = 0;
  virtual bool is_in_other_root() = 0;
  virtual bool has_file(const std::string& path) = 0;
  virtual bool has_folder(const std::string& path) = 0;
  virtual std::int64_t seconds_since_1970() = 0;
  /// False where the user stops the waiting.
  virtual bool wait(std::chrono::seconds duration) = 0;
  /// They return, and the computer goes down soon after; or throw.
  virtual void restart() = 0;
  virtual void enter_other_root(const std::string& image) = 0;
};

class Journal {
 public:
  virtual ~Journal() = default;
  /// Whole and durable when it returns.
  virtual void save(const RunState& state) = 0;
  /// For people; not more than told.
  virtual void say(const std::string& line) = 0;
};

struct RunPorts {
  StepActions& actions;
  Host& host;
  Journal& journal;
};

enum class RunEnd : std::uint8_t {
  succeeded,
  failed,
  waiting,  // for the computer to start again
  stopped,  // by the user
};

/// A state that begins: with the values that are given, and those of the sequence.
/// Throws Error(invalid_argument) where one that the sequence needs is not given.
RunState begin_run(const Sequence& sequence, std::string text, const Values& given);
/// Until the end, a restart, or the user's wish to stop.
RunEnd run(const Sequence& sequence, RunState& state, const RunPorts& ports);

}  // namespace rehome::sequence
