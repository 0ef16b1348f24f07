// SPDX-License-Identifier: Apache-2.0
#include "base/boot/internal/run_program.h"

#include <array>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/check.h"
#include "base/core/error.h"
#include "base/core/platform/fd.h"

namespace rehome::boot {

namespace {

constexpr std::size_t kLongestOutput = 64 * 1024;
constexpr int kKilledBySignal = 128;

}  // namespace

pid_t start_program(const std::vector<std::string>& words, int output) {
  check(!words.empty(), "a command has a program");
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/rehome";
  std::string home = "HOME=/";
  const std::array<char*, 3> environment = {path.data(), home.data(), nullptr};
  pid_t child = -1;
  const int error =
      ::posix_spawn(&child, words.front().c_str(), &actions, nullptr, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw system_error(error, "run " + words.front());
  return child;
}

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? kKilledBySignal + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

ProgramEnd run_program(const std::vector<std::string>& words) {
  std::array<int, 2> ends{};
  platform::checked(::pipe2(ends.data(), O_CLOEXEC), [] { return std::string("make a pipe"); });
  const platform::UniqueFd from(ends[0]);
  platform::UniqueFd to(ends[1]);
  const pid_t child = start_program(words, to.get());
  to = platform::UniqueFd();
  ProgramEnd end;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = platform::retry_interrupted([&] { return ::read(from.get(), buffer.data(), buffer.size()); });
    if (count <= 0) break;
    if (end.output.size() < kLongestOutput) end.output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  int status = 0;
  platform::checked(platform::retry_interrupted([&] { return ::waitpid(child, &status, 0); }),
                    [&] { return "wait for " + words.front(); });
  end.code = exit_code_of(status);
  return end;
}

std::string find_program(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace rehome::boot
