// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/agent_log.h"

#include <cstdio>
#include <fcntl.h>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace rehome::agent {

namespace {

constexpr mode_t kMode = 0600;

platform::UniqueFd open_log(const std::string& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) == 0 && info.st_size > AgentLog::kLargestFile) {
    (void)std::rename(path.c_str(), (path + ".1").c_str());  // else it grows on
  }
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  return platform::UniqueFd(
      platform::checked(platform::retry_interrupted([&] { return ::open(path.c_str(), kFlags, kMode); }),
                        [&] { return "open " + path; }));
}

}  // namespace

AgentLog::AgentLog(AgentFolder& folder, const Clock& clock, std::ostream* err) : clock_(clock), err_(err) {
  state_.lock()->file = open_log(folder.path() + "/agent.log");
}

void AgentLog::say(const std::string& text) { write(text, err_); }

void AgentLog::say_to_file(const std::string& text) { write(text, nullptr); }

void AgentLog::write(const std::string& text, std::ostream* err) {
  const Timestamp now = clock_.now();
  const std::string line = to_iso8601(now) + " " + text + "\n";
  auto state = state_.lock();
  // A log that cannot be written (a full disk) must not end a capture.
  (void)platform::retry_interrupted([&] { return ::write(state->file.get(), line.data(), line.size()); });
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
