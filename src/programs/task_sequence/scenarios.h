// SPDX-License-Identifier: Apache-2.0
#pragma once
// The common sequences, as texts to begin with. In: a scenario and what it has to be told. Out: a file in the language
// of docs/task-sequences.md in which `sequence check` finds no mistake. Pure; any thread.

#include <span>
#include <string>
#include <string_view>

namespace rehome::task_sequence {

struct Answers {
  std::string store = {};  // a folder on another disk
  std::string image = {};  // of the new system, in the protected folder
};

struct Scenario {
  std::string_view name;  // "refresh"
  std::string_view summary;
  bool wants_store = false;
  bool wants_image = false;
  std::string (*text)(const Answers& answers) = nullptr;
};

std::span<const Scenario> scenarios();
/// Throws Error(invalid_argument), which names those there are.
const Scenario& scenario_named(std::string_view name);

}  // namespace rehome::task_sequence
