// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/deployment_reporter.h"

#include <algorithm>

#include "model/outcome.h"
#include "programs/agent/sequence_program.h"
#include "programs/agent/site_access.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

namespace {

using site_client::DeployedStep;
using site_client::DeploymentReport;
using site_client::Wish;
using std::chrono::seconds;

constexpr seconds kQuiet{10};      // then the site is asked whether it has other wishes
constexpr seconds kAwayPause{15};  // before a site that cannot be reached is told again
constexpr std::size_t kMostBytes = std::size_t{64} * 1024;
constexpr std::size_t kMostLines = 500;
constexpr std::size_t kMostSteps = 2000;  // as a site keeps of one computer

/// Nothing waits for a site that is away: it is told later.
transport::HttpClientOptions once(transport::HttpClientOptions options) {
  options.retries = 0;
  return options;
}

std::string shortened(const std::string& text) { return printable(text).substr(0, site_client::kLongestText); }

DeployedStep step_of(std::size_t position, const sequence::StepRecord& record) {
  return {.position = position,
          .step = record.step,
          .name = shortened(record.name),
          .outcome = std::string(name_of(record.outcome)),
          .code = record.code,
          .attempts = record.attempts,
          .started = record.started,
          .ended = record.ended,
          .message = shortened(record.message)};
}

DeploymentReport report_of(const sequence::RunState* state) {
  DeploymentReport report{.state = "running"};
  if (state == nullptr) return report;
  switch (state->phase) {
    case sequence::Phase::running:
      report.step = shortened(sequence::find_value(state->values, "_SMSTSCurrentActionName").value_or(""));
      break;
    case sequence::Phase::restarting:
      report.message = "waits for the computer to start again";
      break;
    case sequence::Phase::entering:
      report.message = "waits for the other root";
      break;
    default:
      break;
  }
  return report;
}

bool is_same(const DeploymentReport& a, const DeploymentReport& b) {
  return a.state == b.state && a.step == b.step && a.message == b.message;
}

/// Whole lines of what was read, and how many bytes they take.
std::vector<site_client::LogLine> lines_of(std::string_view text, bool all, Timestamp now, std::size_t& taken) {
  std::vector<site_client::LogLine> lines;
  taken = 0;
  while (taken < text.size() && lines.size() < kMostLines) {
    const std::string_view rest = text.substr(taken);
    const std::size_t end = rest.find('\n');
    const bool is_whole = end != std::string_view::npos;
    if (!is_whole && !all && text.size() < kMostBytes) break;
    const std::string_view line = rest.substr(0, end);
    lines.push_back({.time = now, .text = printable(line.substr(0, AgentLog::kLongestKept))});
    taken += line.size() + (is_whole ? 1 : 0);
  }
  return lines;
}

}  // namespace

void DeploymentReporter::note_trouble(const Error& error) {
  if (!is_trouble_of_the_site(error.code()) && error.code() != ErrorCode::busy &&
      error.code() != ErrorCode::permission_denied) {
    throw error;
  }
  not_before_ = std::chrono::steady_clock::now() + kAwayPause;
}

std::vector<DeployedStep> DeploymentReporter::news(const sequence::RunState* state) const {
  std::vector<DeployedStep> steps;
  if (state == nullptr) return steps;
  const std::size_t count = std::min(state->records.size(), kMostSteps);
  for (std::size_t i = 0; i < count && steps.size() < site_client::kMostStepsOfAReport; ++i) {
    DeployedStep step = step_of(i, state->records[i]);
    if (i >= known_.size() || known_[i] != step) steps.push_back(std::move(step));
  }
  return steps;
}

bool DeploymentReporter::send(const CurrentDeployment& current, DeploymentReport report, Wish& wish) {
  if (is_away()) return false;
  try {
    transport::HttpClient client(once(site_options(environment_, "")));
    wish = site_client::report_deployment(client, current.id, report);
  } catch (const Error& error) {
    if (environment_.context.surroundings.interrupted()) return false;
    note_trouble(error);
    return false;
  }
  for (DeployedStep& step : report.steps) {
    if (step.position >= known_.size()) known_.resize(step.position + 1);
    known_[step.position] = std::move(step);
  }
  report.steps.clear();
  last_ = std::move(report);
  last_told_ = std::chrono::steady_clock::now();
  return true;
}

Wish DeploymentReporter::tell(CurrentDeployment& current, const sequence::RunState* state) {
  DeploymentReport report = report_of(state);
  current.step = report.step;
  report.steps = news(state);
  Wish wish = Wish::go_on;
  const bool is_quiet = std::chrono::steady_clock::now() - last_told_ < kQuiet;
  if (report.steps.empty() && is_same(report, last_) && is_quiet) return wish;
  try {
    send(current, std::move(report), wish);
  } catch (const Error& error) {
    environment_.log.say("the site does not take the report of the deployment " + current.id + ": " +
                         printable(error.what()));
    last_told_ = std::chrono::steady_clock::now();
  }
  return wish;
}

bool DeploymentReporter::tell_end(const CurrentDeployment& current, const sequence::RunState* state) {
  Wish ignored = Wish::go_on;
  try {
    for (std::vector<DeployedStep> steps = news(state); !steps.empty(); steps = news(state)) {
      if (!send(current, {.state = "running", .step = current.step, .message = {}, .steps = std::move(steps)}, ignored))
        return false;
    }
    return send(current, {.state = current.end, .step = current.step, .message = current.message}, ignored);
  } catch (const Error& error) {
    environment_.log.say("the site does not want to know how the deployment " + current.id +
                         " ended: " + printable(error.what()));
    return true;
  }
}

bool DeploymentReporter::send_output(AgentFolder& folder, CurrentDeployment& current, bool all) {
  if (is_away()) return false;
  const std::string text = folder.read_part(kSequenceOutputFile, current.sent_bytes, kMostBytes);
  std::size_t taken = 0;
  const auto lines = lines_of(text, all, environment_.context.surroundings.clock.now(), taken);
  if (lines.empty()) return true;
  try {
    transport::HttpClient client(once(site_options(environment_, "")));
    site_client::send_deployment_log(client, current.id, lines);
  } catch (const Error& error) {
    if (environment_.context.surroundings.interrupted()) return false;
    try {
      note_trouble(error);
      return false;
    } catch (const Error&) {  // it does not want these lines, and never will
    }
  }
  current.sent_bytes += taken;
  return taken == text.size();
}

}  // namespace rehome::agent
