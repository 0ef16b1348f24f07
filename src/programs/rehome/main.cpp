// SPDX-License-Identifier: Apache-2.0
// The process around command/program.h: real streams, signals, terminal, randomness and time, and the commands of all
// programs.
#include <array>
#include <iostream>

#include "base/codec/system_random.h"
#include "base/core/error.h"
#include "base/core/platform/interrupt.h"
#include "base/core/platform/memory.h"
#include "base/core/platform/process.h"
#include "base/core/platform/terminal.h"
#include "programs/administration/commands.h"
#include "programs/agent/commands.h"
#include "programs/cli/commands.h"
#include "programs/command/program.h"
#include "programs/other_root/commands.h"
#include "programs/server/commands.h"
#include "programs/volume/commands.h"

namespace {

using namespace rehome;

std::optional<Secret> ask_on_terminal(const std::string& question) {
  std::string answer;
  answer.reserve(platform::kLongestPassphrase);
  try {
    platform::ask_passphrase(question, answer);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::unsupported) return std::nullopt;
    throw;
  }
  Secret secret(as_bytes(answer));
  wipe(answer);
  return secret;
}

}  // namespace

int main(int argc, char** argv) {
  platform::keep_freed_memory();
  platform::keep_memory_private();
  platform::raise_open_file_limit();
  const platform::Interrupt interrupt;
  SystemRandom random;
  const SystemClock clock;
  cli::Surroundings surroundings{
      .out = std::cout,
      .err = std::cerr,
      .err_is_terminal = platform::is_terminal(platform::Stream::error),
      .terminal_columns = static_cast<int>(platform::terminal_width(platform::Stream::error).value_or(80)),
      .interrupted = [&interrupt] { return interrupt.requested(); },
      .ask_secret = ask_on_terminal,
      .random = random,
      .clock = clock};
  const std::array tables = {cli::commands(),        agent::commands(), server::commands(), administration::commands(),
                             other_root::commands(), volume::commands()};
  const std::vector<std::string> words(argv + 1, argv + argc);
  return cli::run(tables, other_root::words_of_init(argv[0]).value_or(words), surroundings);
}
