// SPDX-License-Identifier: Apache-2.0
#include "programs/task_sequence/status.h"

#include <fmt/format.h>

#include "base/core/clock.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "sequence/variables.h"

namespace rehome::task_sequence {

using sequence::Phase;
using sequence::RunState;
using sequence::StepOutcome;
using sequence::StepRecord;

namespace {

Json record_json(const StepRecord& record) {
  return Json::Object{{"step", record.step},
                      {"name", printable(record.name)},
                      {"outcome", name_of(record.outcome)},
                      {"code", record.code},
                      {"attempts", record.attempts},
                      {"started", to_iso8601({.seconds = record.started})},
                      {"ended", to_iso8601({.seconds = record.ended})},
                      {"message", printable(record.message)}};
}

std::string text_value(const RunState& state, std::string_view name) {
  return printable(sequence::find_value(state.values, name).value_or(""));
}

std::string heading(const RunState& state) {
  const std::string name = text_value(state, "_SMSTSPackageName");
  if (state.phase == Phase::ended && state.has_failed) return fmt::format("{}: failed: {}", name, state.message);
  if (state.phase == Phase::ended) return name + ": succeeded";
  if (state.phase == Phase::restarting || state.phase == Phase::entering) {
    return name + ": goes on once the computer has started again";
  }
  return fmt::format("{}: under way, {}", name, text_value(state, "_SMSTSCurrentActionName"));
}

void print_record(const StepRecord& record, std::ostream& out) {
  std::string line = fmt::format("  {:<12} {}", name_of(record.outcome), printable(record.name));
  if (record.outcome != StepOutcome::passed_over) {
    line += fmt::format(", {}",
                        human_seconds(static_cast<double>(std::max<std::int64_t>(record.ended - record.started, 0))));
  }
  if (record.attempts > 1) line += fmt::format(", {} attempts", record.attempts);
  if (record.outcome != StepOutcome::done && !record.message.empty()) line += ": " + printable(record.message);
  out << line << "\n";
}

}  // namespace

Json status_json(const RunState& state) {
  Json::List records;
  for (const StepRecord& record : state.records) records.push_back(record_json(record));
  return Json::Object{{"sequence", text_value(state, "_SMSTSPackageName")},
                      {"file", printable(state.file)},
                      {"phase", name_of(state.phase)},
                      {"step", text_value(state, "_SMSTSCurrentActionName")},
                      {"failed", state.has_failed},
                      {"message", printable(state.message)},
                      {"records", std::move(records)}};
}

void print_status(const RunState& state, std::ostream& out) {
  out << heading(state) << "\n";
  for (const StepRecord& record : state.records) print_record(record, out);
}

}  // namespace rehome::task_sequence
