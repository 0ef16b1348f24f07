// SPDX-License-Identifier: Apache-2.0
#pragma once
// Programs of the system, started without a shell. Each is the first of a process group of its own and dies with this
// process, so that nothing goes on that nobody knows of. Any thread may call; the thread has to live as long as the
// child.

#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace rehome::platform {

/// Where a program runs.
struct ChildPlace {
  std::string folder = "/";  // below its root
  std::string root = "/";
};

/// The first word is its absolute path. `output` becomes its standard output and error, its input is empty.
/// Throws Error.
pid_t start_child(const std::vector<std::string>& words, int output, const ChildPlace& place = {});
constexpr int kKilledBySignal = 128;
/// As shells say it: kKilledBySignal and the signal for one that was killed.
int exit_code_of(int wait_status);

struct ChildOptions {
  ChildPlace place = {};
  std::function<void(std::string_view)> on_output = {};  // what it says, as it comes
  std::function<bool()> wants_end = {};                  // asked many times a second; ends it, the hard way if need be
};
struct ChildEnd {
  int code = 0;
  bool was_ended = false;  // because that was wanted
};
/// Until it has ended. What it leaves running behind is not waited for, unless it is ended: then its group is too.
/// Throws Error where it cannot be started.
ChildEnd run_child(const std::vector<std::string>& words, const ChildOptions& options = {});

struct ProgramEnd {
  int code = 0;
  std::string output = {};  // both streams, the first 64 KiB
};
ProgramEnd run_program(const std::vector<std::string>& words);

/// The first of these that is there; empty where none is.
std::string find_program(const std::vector<std::string>& paths);

}  // namespace rehome::platform
