// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/detached_process.h"

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/check.h"
#include "base/core/platform/child_process.h"
#include "base/core/platform/fd.h"

namespace rehome::platform {

namespace {

constexpr mode_t kOutputMode = 0600;

UniqueFd open_output(const std::string& path) {
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  return UniqueFd(checked(retry_interrupted([&] { return ::open(path.c_str(), kFlags, kOutputMode); }),
                          [&] { return "open " + path; }));
}

/// What posix_spawn(3) is told, freed again.
struct SpawnPlan {
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

DetachedProcess::DetachedProcess(const std::vector<std::string>& words, const std::string& output) {
  check(!words.empty(), "a command has a program");
  const UniqueFd file = open_output(output);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  SpawnPlan plan;
  ::posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&plan.actions, file.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&plan.actions, file.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&plan.actions, STDERR_FILENO + 1);
  sigset_t none{};
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&plan.attributes, &none);
  ::posix_spawnattr_setpgroup(&plan.attributes, 0);
  ::posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  const int error =
      ::posix_spawn(&child_, words.front().c_str(), &plan.actions, &plan.attributes, arguments.data(), environ);
  if (error != 0) throw system_error(error, "run " + words.front());
}

std::optional<int> DetachedProcess::ended() {
  if (code_) return code_;
  int status = 0;
  const pid_t found = checked(retry_interrupted([&] { return ::waitpid(child_, &status, WNOHANG); }),
                              [] { return std::string("wait for a program"); });
  if (found != 0) code_ = exit_code_of(status);
  return code_;
}

void DetachedProcess::ask_to_stop() {
  if (!code_) (void)::kill(child_, SIGTERM);  // not waited for yet, so the number is nobody else's
}

}  // namespace rehome::platform
