// SPDX-License-Identifier: Apache-2.0
#include "sequence/run_state.h"

#include <algorithm>
#include <array>

#include <climits>

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "base/core/words.h"

namespace rehome::sequence {

namespace {

constexpr std::size_t kLongestText = std::size_t{1} << 20;
constexpr std::size_t kLongestName = 4096;
constexpr std::size_t kMostRecords = 100'000;
constexpr std::array kOutcomes = {StepOutcome::done, StepOutcome::failed, StepOutcome::passed_over};
constexpr std::array kPhases = {Phase::between, Phase::running, Phase::restarting, Phase::entering, Phase::ended};

auto find_name(auto& values, std::string_view name) {
  return std::ranges::find_if(values, [&](const auto& value) { return same_word(value.first, name); });
}

template <typename Enum, std::size_t kCount>
Enum named(const std::array<Enum, kCount>& all, JsonFields& fields, std::string_view field) {
  const std::string name = fields.text(field, kLongestName);
  for (const Enum each : all) {
    if (name_of(each) == name) return each;
  }
  throw Error(ErrorCode::invalid_argument, fields.path() + "." + std::string(field) + " is none that is known");
}

Json to_json(const StepRecord& record) {
  return Json::Object{{"step", record.step},   {"name", record.name},         {"outcome", name_of(record.outcome)},
                      {"code", record.code},   {"attempts", record.attempts}, {"started", record.started},
                      {"ended", record.ended}, {"message", record.message}};
}

StepRecord record_of(JsonFields& fields) {
  return {.step = static_cast<std::uint32_t>(fields.integer("step", 0, UINT32_MAX)),
          .name = fields.text("name", kLongestName),
          .outcome = named(kOutcomes, fields, "outcome"),
          .code = static_cast<int>(fields.integer("code", INT_MIN, INT_MAX)),
          .attempts = static_cast<int>(fields.integer("attempts", 0, INT_MAX)),
          .started = fields.integer("started", INT64_MIN, INT64_MAX),
          .ended = fields.integer("ended", INT64_MIN, INT64_MAX),
          .message = fields.text("message", kLongestText)};
}

Values values_of(JsonFields fields) {
  Values values;
  for (const std::string& name : fields.names(kMostRecords)) set_value(values, name, fields.text(name, kLongestText));
  return values;
}

}  // namespace

std::optional<std::string> find_value(const Values& values, std::string_view name) {
  const auto found = find_name(values, name);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

void set_value(Values& values, std::string_view name, std::string_view value) {
  const auto found = find_name(values, name);
  if (found == values.end()) {
    values.emplace_back(name, value);
  } else {
    found->second = value;
  }
}

std::string_view name_of(StepOutcome outcome) {
  switch (outcome) {
    case StepOutcome::done:
      return "done";
    case StepOutcome::failed:
      return "failed";
    case StepOutcome::passed_over:
      return "passed-over";
  }
  return "done";
}

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::between:
      return "between";
    case Phase::running:
      return "running";
    case Phase::restarting:
      return "restarting";
    case Phase::entering:
      return "entering";
    case Phase::ended:
      return "ended";
  }
  return "between";
}

Json to_json(const RunState& state) {
  Json::Object values;
  for (const auto& [name, value] : state.values) values.push_back({name, value});
  Json::List records;
  for (const StepRecord& record : state.records) records.push_back(to_json(record));
  return Json::Object{{"file", state.file},
                      {"text", state.text},
                      {"values", std::move(values)},
                      {"phase", name_of(state.phase)},
                      {"next", state.next},
                      {"attempts", state.attempts},
                      {"interruptions", state.interruptions},
                      {"started", state.started},
                      {"boot", state.boot},
                      {"is_in_other_root", state.is_in_other_root},
                      {"skip_until", state.skip_until},
                      {"skips_after_failure", state.skips_after_failure},
                      {"has_requested", state.has_requested},
                      {"has_failed", state.has_failed},
                      {"message", state.message},
                      {"records", std::move(records)}};
}

RunState run_state_of(const Json& json) {
  JsonFields fields(json, "sequence");
  RunState state{.file = fields.text("file", kLongestName),
                 .text = fields.text("text", kLongestText),
                 .values = values_of(fields.object("values")),
                 .phase = named(kPhases, fields, "phase"),
                 .next = static_cast<std::uint32_t>(fields.integer("next", 0, UINT32_MAX)),
                 .attempts = static_cast<int>(fields.integer("attempts", 0, INT_MAX)),
                 .interruptions = static_cast<int>(fields.integer("interruptions", 0, INT_MAX)),
                 .started = fields.integer("started", INT64_MIN, INT64_MAX),
                 .boot = fields.text("boot", kLongestName),
                 .is_in_other_root = fields.boolean("is_in_other_root"),
                 .skip_until = static_cast<std::uint32_t>(fields.integer("skip_until", 0, UINT32_MAX)),
                 .skips_after_failure = fields.boolean("skips_after_failure"),
                 .has_requested = fields.boolean("has_requested"),
                 .has_failed = fields.boolean("has_failed"),
                 .message = fields.text("message", kLongestText)};
  for (JsonFields& record : fields.objects("records", kMostRecords)) state.records.push_back(record_of(record));
  return state;
}

}  // namespace rehome::sequence
