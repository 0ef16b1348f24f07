// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/check.h"
#include "base/core/error.h"
#include "base/core/platform/fd.h"

namespace rehome::platform {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t kLongestOutput = 64 * 1024;
constexpr int kTickMs = 50;
constexpr std::chrono::seconds kTimeToEnd{20};  // from the polite signal to the other

struct Pipe {
  UniqueFd from, to;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC), [] { return std::string("make a pipe"); });
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

struct Start {
  char* const* arguments;
  char* const* environment;
  const char* folder;
  const char* root;  // null: that of this process
  int input;
  int output;
  pid_t parent;
};

/// In the child, where nothing may be called that takes a lock. Returns only where it fails, with errno set.
void become(const Start& start) {
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != start.parent) ::_exit(kKilledBySignal + SIGKILL);
  ::dup2(start.input, STDIN_FILENO);
  ::dup2(start.output, STDOUT_FILENO);
  ::dup2(start.output, STDERR_FILENO);
  if (start.root != nullptr && ::chroot(start.root) != 0) return;
  if (::chdir(start.folder) == 0) ::execve(start.arguments[0], start.arguments, start.environment);
}

bool has_ended(pid_t child, int& status) {
  const pid_t ended = retry_interrupted([&] { return ::waitpid(child, &status, WNOHANG); });
  if (ended == -1) throw system_error(errno, "wait for a program");
  return ended == child;
}

/// What is in the pipe now; false at its end.
bool drain(const UniqueFd& from, int timeout_ms, const std::function<void(std::string_view)>& take) {
  pollfd waiting{.fd = from.get(), .events = POLLIN, .revents = 0};
  std::array<char, 4096> buffer{};
  while (::poll(&waiting, 1, timeout_ms) > 0) {
    const ssize_t count = retry_interrupted([&] { return ::read(from.get(), buffer.data(), buffer.size()); });
    if (count <= 0) return false;
    if (take) take({buffer.data(), static_cast<std::size_t>(count)});
    timeout_ms = 0;
  }
  return true;
}

/// Ends a child and its group: first it is asked to, then made to.
class Ending {
 public:
  explicit Ending(pid_t child) : child_(child) {}
  bool has_begun() const { return begun_.has_value(); }
  void go_on() {
    if (!begun_) {
      begun_ = steady_clock::now();
      ::kill(-child_, SIGTERM);
    } else if (steady_clock::now() - *begun_ > kTimeToEnd) {
      ::kill(-child_, SIGKILL);
    }
  }
  /// What is left of the group when its first process is gone.
  void finish() const {
    if (begun_) ::kill(-child_, SIGKILL);
  }

 private:
  pid_t child_;
  std::optional<steady_clock::time_point> begun_;
};

}  // namespace

pid_t start_child(const std::vector<std::string>& words, int output, const ChildPlace& place) {
  check(!words.empty(), "a command has a program");
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/rehome";
  std::string home = "HOME=/";
  const std::array<char*, 3> environment = {path.data(), home.data(), nullptr};
  const UniqueFd nothing(
      checked(::open("/dev/null", O_RDONLY | O_CLOEXEC), [] { return std::string("open /dev/null"); }));
  Pipe failure = make_pipe();
  const Start start{.arguments = arguments.data(),
                    .environment = environment.data(),
                    .folder = place.folder.c_str(),
                    .root = place.root == "/" ? nullptr : place.root.c_str(),
                    .input = nothing.get(),
                    .output = output,
                    .parent = ::getpid()};
  const pid_t child = checked(::fork(), [&] { return "start " + words.front(); });
  if (child == 0) {
    become(start);
    const int cause = errno;
    static_cast<void>(!::write(failure.to.get(), &cause, sizeof(cause)));
    ::_exit(kKilledBySignal - 1);
  }
  ::setpgid(child, child);  // whoever of the two comes first
  failure.to = UniqueFd();
  int cause = 0;
  const ssize_t count = retry_interrupted([&] { return ::read(failure.from.get(), &cause, sizeof(cause)); });
  if (count != sizeof(cause)) return child;
  ::waitpid(child, nullptr, 0);
  throw system_error(cause, "run " + words.front());
}

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? kKilledBySignal + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

ChildEnd run_child(const std::vector<std::string>& words, const ChildOptions& options) {
  Pipe pipe = make_pipe();
  const pid_t child = start_child(words, pipe.to.get(), options.place);
  pipe.to = UniqueFd();
  Ending ending(child);
  bool is_open = true;
  int status = 0;
  while (!has_ended(child, status)) {
    if (ending.has_begun() || (options.wants_end && options.wants_end())) ending.go_on();
    if (is_open) {
      is_open = drain(pipe.from, kTickMs, options.on_output);
    } else {
      ::poll(nullptr, 0, kTickMs);
    }
  }
  ending.finish();
  if (is_open) drain(pipe.from, 0, options.on_output);
  return {.code = exit_code_of(status), .was_ended = ending.has_begun()};
}

ProgramEnd run_program(const std::vector<std::string>& words) {
  ProgramEnd end;
  const auto keep = [&](std::string_view said) {
    end.output.append(said.substr(0, kLongestOutput - std::min(kLongestOutput, end.output.size())));
  };
  end.code = run_child(words, {.place = {}, .on_output = keep, .wants_end = {}}).code;
  return end;
}

std::string find_program(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace rehome::platform
