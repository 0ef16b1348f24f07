// SPDX-License-Identifier: Apache-2.0
#pragma once
// How far a sequence is: everything that must outlive a restart, a crash, and the system it began in. A value; who
// keeps it on disk is a Journal (run.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/codec/json.h"

namespace rehome::sequence {

/// Variables with their values. Names are compared without case, each is there once.
using Values = std::vector<std::pair<std::string, std::string>>;
std::optional<std::string> find_value(const Values& values, std::string_view name);
void set_value(Values& values, std::string_view name, std::string_view value);

enum class StepOutcome : std::uint8_t { done, failed, passed_over };
std::string_view name_of(StepOutcome outcome);  // "done", "failed", "passed-over"

struct StepRecord {
  std::uint32_t step = 0;  // its number in the file, from 0
  std::string name = {};
  StepOutcome outcome = StepOutcome::done;
  int code = 0;
  int attempts = 0;
  std::int64_t started = 0, ended = 0;  // seconds since 1970, by a clock that may have jumped
  std::string message = {};             // why it failed or was passed over
};

enum class Phase : std::uint8_t {
  between,     // two steps
  running,     // the next step was begun; if nobody works on it now, it was interrupted
  restarting,  // the next step is done when the computer has started again
  entering,    // the next step is done when the other root runs
  ended,
};
std::string_view name_of(Phase phase);

struct RunState {
  std::string file = {}, text = {};  // of the sequence: the file itself may be gone with the old system
  Values values = {};
  Phase phase = Phase::between;
  std::uint32_t next = 0;            // the step that is next, or under way
  int attempts = 0;                  // of that step
  int interruptions = 0;             // of that step
  std::int64_t started = 0;          // when that step began
  std::string boot = {};             // the one in which the phase began
  bool is_in_other_root = false;     // where the next step belongs
  std::uint32_t skip_until = 0;      // steps before this one are passed over,
  bool skips_after_failure = false;  // because of a failure, or else of a condition
  bool has_requested = false;        // a state store that is not released
  bool has_failed = false;           // a step whose failure nothing catches
  std::string message = {};          // why
  std::vector<StepRecord> records = {};
};

Json to_json(const RunState& state);
/// Throws Error(invalid_argument), Error(limit_exceeded).
RunState run_state_of(const Json& json);

}  // namespace rehome::sequence
