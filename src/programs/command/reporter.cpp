// SPDX-License-Identifier: Apache-2.0
#include "programs/command/reporter.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <thread>

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

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB", "PB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 || value >= 99.5 ? fmt::format("{:.0f} {}", value, kUnits[unit])
                                    : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string human_rate(std::uint64_t bytes, double seconds) {
  constexpr double kShortest = 0.001;
  return human_bytes(static_cast<std::uint64_t>(static_cast<double>(bytes) / std::max(seconds, kShortest))) + "/s";
}

std::string counted(std::uint64_t count, std::string_view noun) {
  const std::string_view ending = noun.ends_with('s') ? "es" : "s";
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : ending);
}

std::string human_seconds(double seconds) {
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

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
