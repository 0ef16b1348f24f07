// SPDX-License-Identifier: Apache-2.0
#include "programs/command/reporter.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <thread>

#include "base/core/quantities.h"

namespace rehome::cli {

namespace {

using std::chrono::steady_clock;
constexpr auto kTick = std::chrono::milliseconds(50);
constexpr auto kTerminalInterval = std::chrono::milliseconds(200);
constexpr auto kPlainInterval = std::chrono::seconds(10);

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

}  // namespace

Reporter::Reporter(Context& context, Progress& progress, std::string doing, std::map<AccountNumber, std::string> names)
    : context_(context),
      progress_(progress),
      doing_(std::move(doing)),
      names_(std::move(names)),
      started_(steady_clock::now()),
      last_shown_(started_),
      pool_({.name = "reporter", .threads = 1, .order = WorkerPool::Order::fifo, .queue_limit = 0}) {
  pool_.submit([this] { tick_until_finished(); });
}

Reporter::~Reporter() { finish(); }

void Reporter::finish() {
  {
    auto finished = finished_.lock();
    if (*finished) return;
    *finished = true;
  }
  pool_.finish();
  if (context_.surroundings.err_is_terminal && !context_.options.quiet) {
    context_.surroundings.err << "\r\x1b[K" << std::flush;
  }
}

void Reporter::tick_until_finished() {
  while (!*finished_.lock()) {
    if (context_.surroundings.interrupted()) progress_.cancelled = true;
    const auto interval = context_.surroundings.err_is_terminal ? steady_clock::duration(kTerminalInterval)
                                                                : steady_clock::duration(kPlainInterval);
    if (!context_.options.quiet && steady_clock::now() - last_shown_ >= interval) {
      last_shown_ = steady_clock::now();
      show();
    }
    std::this_thread::sleep_for(kTick);
  }
}

void Reporter::show() {
  std::string text = line();
  if (!context_.surroundings.err_is_terminal) {
    context_.surroundings.err << text << "\n" << std::flush;
    return;
  }
  const auto width = static_cast<std::size_t>(std::max(20, context_.surroundings.terminal_columns - 1));
  if (text.size() > width) text.resize(width);
  context_.surroundings.err << "\r\x1b[K" << text << std::flush;
}

std::string Reporter::line() const {
  const double elapsed = seconds_since(started_);
  const std::uint64_t bytes = progress_.bytes;
  const double rate = elapsed > 0 ? static_cast<double>(bytes) / elapsed : 0;
  std::string text = fmt::format("{}: {} objects, {}, {}/s", doing_, progress_.objects.load(), human_bytes(bytes),
                                 human_bytes(static_cast<std::uint64_t>(rate)));
  const std::uint64_t expected = progress_.expected_bytes;
  if (expected > bytes && rate > 0) {
    text += fmt::format(", {}% of {}, {} left", bytes * 100 / expected, human_bytes(expected),
                        human_seconds(static_cast<double>(expected - bytes) / rate));
  }
  const auto name = names_.find(progress_.account);
  if (name != names_.end()) text += fmt::format(" [{}]", name->second);
  return text;
}

}  // namespace rehome::cli
