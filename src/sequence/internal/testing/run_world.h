// SPDX-License-Identifier: Apache-2.0
#pragma once
// A computer on which sequences run, be killed and start again, for the tests of running.

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "base/core/error.h"
#include "sequence/read.h"
#include "sequence/run.h"

namespace rehome::sequence {

/// What a process that is killed throws through everything.
struct Killed {};

/// A computer on which commands are words: "/fail N" fails N times, "/restart" wants a restart.
class World final : public StepActions, public Host, public Journal {
 public:
  // StepActions
  StepEnd run(const Action& action, const Values& values,
              const std::optional<std::chrono::seconds>& time_limit) override {
    last_limit = time_limit;
    last_values = values;
    if (const auto* command = std::get_if<RunCommand>(&action)) return run_command(*command);
    if (const auto* state = std::get_if<RunStateStep>(&action)) {
      done.emplace_back(name_of(state->step));
    } else {
      done.emplace_back(name_of(action));
    }
    if (failing.contains(done.back())) return {.succeeded = false, .code = 9, .message = "no luck"};
    return {};
  }

  // Host
  std::string name() override { return "pc-1"; }
  std::string folder() override { return in_other_root ? "/target/rehome" : "/rehome"; }
  std::string boot() override { return std::to_string(boots); }
  bool is_in_other_root() override { return in_other_root; }
  bool has_file(const std::string& path) override { return path == "/is/there"; }
  bool has_folder(const std::string& path) override { return path == "/folder"; }
  std::int64_t seconds_since_1970() override { return clock++; }
  bool wait(std::chrono::seconds duration) override {
    waited += duration;
    return !stops_waiting;
  }
  void restart() override {
    if (cannot_restart) throw Error(ErrorCode::refused, "not allowed to restart");
    asked.emplace_back("restart");
  }
  void enter_other_root(const std::string& image) override { asked.push_back("enter " + image); }

  // Journal
  void save(const RunState& state) override {
    if (saves_until_killed == 0) throw Killed{};
    --saves_until_killed;
    saved = to_text(to_json(state));
  }
  void say(const std::string& line) override { said.push_back(line); }

  /// As after a restart or a crash: nothing is known but what was saved.
  RunEnd go_on() {
    RunState state = run_state_of(parse_json(saved, "state"));
    return sequence::run(read_sequence(state.file, state.text).sequence, state, {*this, *this, *this});
  }
  RunEnd start(const std::string& text, const Values& given = {}) {
    const ReadSequence read = read_sequence("s.yaml", text);
    for (const Diagnostic& one : read.diagnostics) EXPECT_NE(one.severity, Severity::error) << to_text(one);
    RunState state = begin_run(read.sequence, text, given);
    return sequence::run(read.sequence, state, {*this, *this, *this});
  }
  RunState state() const { return run_state_of(parse_json(saved, "state")); }
  std::vector<std::string> outcomes() const {
    std::vector<std::string> outcomes;
    for (const StepRecord& record : state().records) {
      outcomes.push_back(record.name + " " + std::string(name_of(record.outcome)));
    }
    return outcomes;
  }

  std::vector<std::string> done, asked, said;
  std::set<std::string> failing;
  int failures_left = 0;
  int boots = 1;
  bool in_other_root = false, cannot_restart = false, stops_waiting = false;
  bool kills_commands = false;
  std::int64_t clock = 1000;
  std::chrono::seconds waited{0};
  std::optional<std::chrono::seconds> last_limit;
  Values last_values;
  std::size_t saves_until_killed = SIZE_MAX;
  std::string saved;

 private:
  StepEnd run_command(const RunCommand& command) {
    std::string line;
    for (const Text& word : command.words) line += (line.empty() ? "" : " ") + word.text;
    done.push_back(line);
    if (kills_commands) throw Killed{};
    if (line.starts_with("/stop")) throw Error(ErrorCode::cancelled, "stopped");
    if (line.starts_with("/fail") && failures_left-- > 0) return {.succeeded = false, .code = 3, .message = "it fails"};
    return {.wants_restart = line.starts_with("/restart")};
  }
};

inline std::string command(const std::string& line, const std::string& more = "") {
  return "  - { step: run-command, name: '" + line + "', command: [" + line + "]" + more + " }\n";
}
inline std::string with_steps(const std::string& steps) {
  return "sequence: Try\nvariables: { V: first }\nsteps:\n" + steps;
}

}  // namespace rehome::sequence
