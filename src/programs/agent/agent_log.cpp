// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/agent_log.h"

#include <iterator>

namespace rehome::agent {

AgentLog::AgentLog(AgentFolder& folder, const Clock& clock, std::ostream* err)
    : clock_(clock), err_(err), state_(State{cli::LogFile(folder.path() + "/agent.log"), {}}) {}

void AgentLog::say(const std::string& text) { write(text, err_); }

void AgentLog::say_to_file(const std::string& text) { write(text, nullptr); }

void AgentLog::write(const std::string& text, std::ostream* err) {
  const Timestamp now = clock_.now();
  auto state = state_.lock();
  state->file.add(now, text);
  if (err != nullptr) *err << text << "\n" << std::flush;
  state->kept.push_back({.time = now, .text = text.substr(0, kLongestKept)});
  if (state->kept.size() > kMostKept) state->kept.pop_front();
}

std::vector<site_client::LogLine> AgentLog::take_lines() {
  auto state = state_.lock();
  std::vector<site_client::LogLine> lines(std::make_move_iterator(state->kept.begin()),
                                          std::make_move_iterator(state->kept.end()));
  state->kept.clear();
  return lines;
}

}  // namespace rehome::agent
