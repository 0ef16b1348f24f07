// SPDX-License-Identifier: Apache-2.0
#pragma once
// A program that runs beside this one and outlives it if need be. In: its words, and a file for what it says. Out: how
// it ended. For one thread.

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace rehome::platform {

class DetachedProcess {
 public:
  /// `words`: the program by its path, and its arguments. Standard output and error are added to `output`, which is
  /// made for its owner alone; there is no input, and no file of this process is open in it. A Ctrl-C on the terminal
  /// does not reach it: who started it passes the wish to stop on, once. Throws Error.
  DetachedProcess(const std::vector<std::string>& words, const std::string& output);
  /// Leaves it running.
  ~DetachedProcess() = default;
  DetachedProcess(const DetachedProcess&) = delete;
  DetachedProcess& operator=(const DetachedProcess&) = delete;

  /// nullopt while it runs; then its exit code, as exit_code_of() says it.
  std::optional<int> ended();
  /// As the user would, by SIGTERM.
  void ask_to_stop();

 private:
  pid_t child_ = -1;
  std::optional<int> code_ = {};
};

}  // namespace rehome::platform
