// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/settings.h"

#include <ctime>

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "sequence/signing_key.h"

namespace rehome::agent {

namespace {

constexpr const char* kFileName = "config.json";
constexpr std::size_t kLongest = 4096;
constexpr std::size_t kMostSigners = 100;
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

sequence::Accepts parse_accepts(const std::string& text) {
  if (text == "none") return sequence::Accepts::none;
  if (text == "state-steps") return sequence::Accepts::state_steps;
  if (text == "signed") return sequence::Accepts::signed_only;
  throw Error(ErrorCode::invalid_argument, "\"sequences\" is none, state-steps or signed, not " + printable(text));
}

SignerKey parse_signer(const std::string& line) {
  if (const auto signer = sequence::signer_in(line)) return *signer;
  if (sequence::looks_like_secret(line)) {
    throw Error(ErrorCode::refused,
                "\"sequence_signers\" has the secret half of a key, which must not be here: give "
                "the line of FILE.pub, and make a new key");
  }
  throw Error(
      ErrorCode::invalid_argument,
      "\"sequence_signers\" has a line that is no key: it is what `rehome sequence keygen FILE` writes to FILE.pub");
}

sequence::DeploymentPolicy read_policy(JsonFields& fields) {
  sequence::DeploymentPolicy policy;
  if (const auto accepts = fields.optional_text("sequences", kLongest)) policy.accepts = parse_accepts(*accepts);
  if (fields.has("sequence_signers")) {
    for (const std::string& line : fields.texts("sequence_signers", kMostSigners, kLongest)) {
      policy.signers.push_back(parse_signer(line));
    }
  }
  if (!fields.has("forbidden_steps")) return policy;
  for (const std::string& kind : fields.texts("forbidden_steps", kMostSigners, kLongest)) {
    if (!sequence::is_step_kind(kind)) {
      throw Error(ErrorCode::invalid_argument, "\"forbidden_steps\": there is no step " + printable(kind));
    }
    policy.forbidden_steps.push_back(kind);
  }
  return policy;
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
  settings.deployments = read_policy(fields);
  if (auto folder = fields.optional_text("sequence_folder", kLongest)) settings.sequence_folder = *folder;
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
