// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the agent and its steps say: one line each, to agent.log in the agent's folder, to stderr, and kept for the
// site. In: sentences in which everything that came from outside is printable() and no secret is. Any thread may call.

#include <deque>
#include <ostream>
#include <string>
#include <vector>

#include "base/core/clock.h"
#include "base/core/locked.h"
#include "programs/agent/agent_folder.h"
#include "programs/command/log_file.h"
#include "programs/site_client/agent_calls.h"

namespace rehome::agent {

class AgentLog {
 public:
  /// `err` null: lines go to the file alone.
  AgentLog(AgentFolder& folder, const Clock& clock, std::ostream* err);

  void say(const std::string& text);
  /// For what stands on stderr already.
  void say_to_file(const std::string& text);
  /// Lines that the site has not got yet, oldest first, and forgets them; of many only the last.
  std::vector<site_client::LogLine> take_lines();

  static constexpr std::size_t kMostKept = 1000;
  static constexpr std::size_t kLongestKept = 800;  // bytes of a line; so that all together fit in one call

 private:
  struct State {
    cli::LogFile file;
    std::deque<site_client::LogLine> kept;
  };
  void write(const std::string& text, std::ostream* err);

  const Clock& clock_;
  std::ostream* err_;
  Locked<State> state_;
};

}  // namespace rehome::agent
