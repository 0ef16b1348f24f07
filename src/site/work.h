// SPDX-License-Identifier: Apache-2.0
#pragma once
// Work that waits for an agent: steps to run with their variables. An agent fetches it when it says hello and tells how
// it goes.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "site/site.h"

namespace rehome::site {

enum class WorkState { waiting, running, done, failed, cancelled };
std::string_view name_of(WorkState state);
WorkState work_state_of(std::string_view name);  // Error(invalid_argument)

struct Work {
  std::string id = {};  // "w-" and 16 hexadecimal digits
  std::string computer = {};
  std::vector<std::string> steps = {};  // "request-state-store capture"
  std::map<std::string, std::string> variables = {};
  WorkState state = WorkState::waiting;
  std::string step = {}, message = {};
  std::int64_t created = 0, changed = 0;
};

Work add_work(const Site& site, const std::string& computer, const std::vector<std::string>& steps,
              const std::map<std::string, std::string>& variables, std::string_view who);
/// What is waiting or running, the oldest first.
std::vector<Work> open_work(const Site& site, const std::string& computer);
struct WorkReport {
  WorkState state = WorkState::running;
  std::string step = {}, message = {};
};
/// The state that the work is in now: `cancelled` tells the agent to stop. Error(refused) for another computer's work,
/// or work that has ended otherwise.
WorkState report_work(const Site& site, const std::string& computer, const std::string& id, const WorkReport& report);

/// Ends work that has not ended: one that waits is never begun, one that runs stops before its next step, when its
/// agent hears of it. Does nothing where it is cancelled already. Error(not_found) where the computer has no such work,
/// Error(refused) where it is done or failed.
Work cancel_work(const Site& site, const std::string& computer, const std::string& id, std::string_view who);

}  // namespace rehome::site
