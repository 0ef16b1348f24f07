// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/event_line.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::administration {

namespace {

constexpr JsonLimits kLimits{.bytes = site_client::EventReader::kLargestEvent, .depth = 8, .values = 10'000};
constexpr std::array<std::string_view, 4> kOfComputer = {"computer", "who", "subject", "why"};

/// "" for what is not there or no text.
std::string text_of(const Json& data, std::string_view name) {
  const Json* value = data.find(name);
  return value == nullptr || value->text() == nullptr ? "" : printable(*value->text());
}

std::int64_t number_of(const Json& data, std::string_view name) {
  const Json* value = data.find(name);
  return value == nullptr || value->integer() == nullptr ? 0 : *value->integer();
}

std::string computer_of(const Json& data) {
  const std::string name = text_of(data, "computer_name");
  return name.empty() ? text_of(data, "computer") : name;
}

std::string in_words(const std::string& name, const Json& data) {
  if (name == "audit") {
    const std::string why = text_of(data, "why");
    return fmt::format("{}: {} {}{}", text_of(data, "who"), text_of(data, "what"), text_of(data, "subject"),
                       why.empty() ? "" : " (" + why + ")");
  }
  if (name == "progress") {
    return fmt::format("{} {}: {} objects, {} of {} bytes", computer_of(data), text_of(data, "phase"),
                       number_of(data, "objects"), number_of(data, "bytes"), number_of(data, "expected_bytes"));
  }
  if (name == "deployment") {
    const std::string step = text_of(data, "step"), message = text_of(data, "message");
    return fmt::format("{} {}: {}{}{}", computer_of(data), text_of(data, "deployment"), text_of(data, "state"),
                       step.empty() ? "" : " " + step, message.empty() ? "" : " (" + message + ")");
  }
  if (name == "seen") return computer_of(data);
  if (name == "missed") return "some events were missed; `rehome site audit` has what was done";
  return printable(to_text(data));
}

}  // namespace

Json data_of(const site_client::Event& event) {
  try {
    return parse_json(event.data, "the event", kLimits);
  } catch (const Error&) {
    return {};
  }
}

bool is_about(const Json& data, const std::string& computer) {
  return std::ranges::any_of(kOfComputer, [&](std::string_view field) {
    const Json* value = data.find(field);
    return value != nullptr && value->text() != nullptr && *value->text() == computer;
  });
}

std::string line_for_people(const site_client::Event& event, const Json& data, Timestamp now) {
  const std::string words = data.object() == nullptr ? printable(event.data) : in_words(event.name, data);
  return fmt::format("{}  {:<8}  {}", to_iso8601(now), printable(event.name), words);
}

std::string line_of_json(const site_client::Event& event, const Json& data) {
  return to_text(Json::Object{{"event", printable(event.name)},
                              {"id", event.id},
                              {"data", data.is_null() ? Json(printable(event.data)) : data}});
}

}  // namespace rehome::administration
