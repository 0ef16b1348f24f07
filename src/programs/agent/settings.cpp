// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/settings.h"

#include <ctime>

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::agent {

namespace {

constexpr const char* kFileName = "config.json";
constexpr std::size_t kLongest = 4096;
constexpr int kMinutesOfDay = 24 * 60;
constexpr std::int64_t kMostBytesPerSecond = std::int64_t{1} << 40;

/// Minutes of "HH:MM"; -1 where it is none.
int parse_time(std::string_view text) {
  const auto digit = [&](std::size_t place) {
    return text[place] >= '0' && text[place] <= '9' ? text[place] - '0' : 99;
  };
  if (text.size() != 5 || text[2] != ':') return -1;
  const int hours = digit(0) * 10 + digit(1);
  const int minutes = digit(3) * 10 + digit(4);
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : -1;
}

platform::IoPriority parse_io_priority(const std::string& text) {
  if (text == "normal") return platform::IoPriority::normal;
  if (text == "low") return platform::IoPriority::low;
  if (text == "lowest") return platform::IoPriority::lowest;
  throw Error(ErrorCode::invalid_argument, "\"ionice\" is normal, low or lowest, not " + printable(text));
}

Settings read_settings(JsonFields& fields) {
  Settings settings;
  if (const auto window = fields.optional_text("window", kLongest)) settings.window = parse_window(*window);
  settings.bytes_per_second =
      static_cast<std::uint64_t>(fields.optional_integer("bytes_per_second", 0, kMostBytesPerSecond).value_or(0));
  settings.nice = static_cast<int>(fields.optional_integer("nice", 0, 19).value_or(settings.nice));
  if (const auto priority = fields.optional_text("ionice", kLongest))
    settings.io_priority = parse_io_priority(*priority);
  if (const auto proxy = fields.optional_text("proxy", kLongest)) settings.proxy = parse_proxy(*proxy);
  settings.require_logged_out = fields.optional_boolean("require_logged_out").value_or(false);
  settings.retries = static_cast<int>(fields.optional_integer("retries", 0, 30).value_or(settings.retries));
  settings.retry_delay =
      static_cast<int>(fields.optional_integer("retry_delay_seconds", 0, 600).value_or(settings.retry_delay));
  settings.network_access_token_file = fields.optional_text("network_access_token_file", kLongest).value_or("");
  fields.refuse_unknown();
  return settings;
}

}  // namespace

bool TimeWindow::contains(int minute) const {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

TimeWindow parse_window(const std::string& text) {
  const std::size_t dash = text.find('-');
  TimeWindow window{.from = -1, .to = -1};
  if (dash != std::string::npos)
    window = {.from = parse_time(text.substr(0, dash)), .to = parse_time(text.substr(dash + 1))};
  if (window.from < 0 || window.to < 0 || window.from == window.to) {
    throw Error(ErrorCode::invalid_argument, "a window to work in is written 22:00-06:00, not " + printable(text));
  }
  return window;
}

int minute_of_day(Timestamp moment) {
  const std::time_t seconds = moment.seconds;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return (local.tm_hour * 60 + local.tm_min) % kMinutesOfDay;
}

transport::HttpProxy parse_proxy(const std::string& text) {
  if (text == "none") return {.mode = transport::HttpProxy::Mode::none, .url = {}};
  if (text == "environment") return {.mode = transport::HttpProxy::Mode::from_environment, .url = {}};
  if (text.find("://") == std::string::npos) {
    throw Error(
        ErrorCode::invalid_argument,
        "a proxy is none, environment, or an address like http://proxy.example.org:3128, not " + printable(text));
  }
  return {.mode = transport::HttpProxy::Mode::given, .url = text};
}

Settings load_settings(AgentFolder& folder) {
  const std::optional<std::string> text = folder.read(kFileName);
  if (!text) return {};
  try {
    const Json json = parse_json(*text, kFileName);
    JsonFields fields(json, "config");
    return read_settings(fields);
  } catch (Error& error) {
    error.add_context("while reading " + printable(folder.path()) + "/" + kFileName);
    throw;
  }
}

transport::HttpClientOptions client_options(const Settings& settings) {
  transport::HttpClientOptions options;
  options.proxy = settings.proxy;
  options.bytes_per_second = settings.bytes_per_second;
  options.retries = settings.retries;
  options.retry_delay = std::chrono::seconds(settings.retry_delay);
  options.user_agent = std::string("rehome-agent/") + REHOME_VERSION;
  return options;
}

}  // namespace rehome::agent
