// SPDX-License-Identifier: Apache-2.0
#pragma once
// A task sequence: steps in order, in groups, with conditions and variables. Language: docs/task-sequences.md. Values
// only; who reads one is parse.h, who runs one is run.h.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rehome::sequence {

/// In its file.
struct Place {
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1
};

/// A text of the file. %NAME% in it stands for the value of a variable, %% for a percent sign.
struct Text {
  Place place = {};
  std::string text = {};
};

struct Condition {
  enum class Kind : std::uint8_t {
    all,       // of the parts; always true where there are none
    any,       // of the parts
    none,      // of the parts
    is_set,    // the variable has a value that is not empty
    is,        // as texts, without case
    is_not,    // as texts, without case
    at_least,  // as whole numbers
    at_most,   // as whole numbers
    file,      // there is a file; operand: its path
    folder,    // there is a folder; operand: its path
  };
  Kind kind = Kind::all;
  Place place = {};
  std::string variable = {};
  Text operand = {};
  std::vector<Condition> parts = {};
};

struct Assignment {
  std::string name = {};
  Place place = {};
  Text value = {};
};

enum class StateStep : std::uint8_t {
  request_state_store,
  capture_user_state,
  restore_user_state,
  release_state_store
};
std::string_view name_of(StateStep step);

struct RunStateStep {
  StateStep step = StateStep::request_state_store;
  bool for_restore = false;  // of request_state_store
};

struct RunCommand {
  static constexpr std::string_view kKind = "run-command";
  std::vector<Text> words = {};  // the program, by its absolute path, and its arguments
  Text folder = {};              // where it runs; empty: /
  Text root = {};                // the root folder of the system whose program it is; empty: /
  std::vector<int> success_codes = {0};
  std::vector<int> restart_codes = {};  // success, and the computer is restarted
  bool once = false;                    // an interrupted one has failed; otherwise it is run again
};

/// The site's own imaging tool, which each computer names in its configuration: hooks.NAME.
struct RunHook {
  static constexpr std::string_view kKind = "run-hook";
  std::string name = {};
};

struct Restart {
  static constexpr std::string_view kKind = "restart";
};

/// Goes on outside of the system that is to be replaced.
struct EnterOtherRoot {
  static constexpr std::string_view kKind = "enter-other-root";
  Text image = {};  // of an initramfs with this program; empty: one is made from the running system
};

struct WipeVolume {
  static constexpr std::string_view kKind = "wipe-volume";
  Text folder = {};                 // where the volume is mounted
  std::vector<Text> accepted = {};  // objects, or folders of such, whose loss is accepted
};

struct ApplyImage {
  static constexpr std::string_view kKind = "apply-image";
  Text image = {};  // a tar archive, a squashfs image or a folder
  Text folder = {};
};

struct SetVariables {
  static constexpr std::string_view kKind = "set-variables";
};

using Action =
    std::variant<RunStateStep, RunCommand, RunHook, Restart, EnterOtherRoot, WipeVolume, ApplyImage, SetVariables>;

/// What steps and groups have in common.
struct Header {
  Place place = {};
  std::string name = {};
  std::string description = {};
  bool disabled = false;
  bool continue_on_error = false;
  Condition condition = {};
  std::vector<Assignment> variables = {};  // while it runs; of SetVariables: from then on
};

struct Step {
  Header header = {};
  Action action = {};
  int retries = 0;
  std::chrono::seconds retry_delay{0};
  std::optional<std::chrono::seconds> time_limit = {};
};

struct Group;
using Node = std::variant<Step, Group>;

struct Group {
  Header header = {};
  std::vector<Node> nodes = {};
};

struct Sequence {
  std::string file = {};  // for messages: as the user gave it
  std::string name = {};
  std::string description = {};
  std::vector<Text> needs = {};  // names of variables that whoever runs it has to give
  std::vector<Assignment> variables = {};
  std::vector<Node> nodes = {};
};

/// "capture-user-state", "run-command": as files name it.
std::string_view name_of(const Action& action);

}  // namespace rehome::sequence
