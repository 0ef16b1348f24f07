// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/work_order.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/capture_step.h"
#include "programs/agent/release_step.h"
#include "programs/agent/request_step.h"
#include "programs/agent/restore_step.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

namespace {

using site_client::Purpose;
using site_client::Wish;
using site_client::WorkOrder;
using site_client::WorkReport;

constexpr const char* kFinishedFile = "finished-work.json";
constexpr std::string_view kRelease = "release-state-store";

StepVariables variables_of(const WorkOrder& order) {
  StepVariables variables;
  set_variables(variables, order.variables);
  return variables;
}

void request(const StepEnvironment& environment, const WorkOrder& order, Purpose purpose) {
  request_state_store(
      environment,
      {.purpose = purpose, .variables = variables_of(order), .network_access_token_file = {}, .root = "/"});
}

struct Step {
  std::string_view name;
  void (*run)(const StepEnvironment& environment, const WorkOrder& order);
};

constexpr std::array kSteps = {
    Step{"request-state-store capture", [](const StepEnvironment& environment,
                                           const WorkOrder& order) { request(environment, order, Purpose::capture); }},
    Step{"request-state-store restore", [](const StepEnvironment& environment,
                                           const WorkOrder& order) { request(environment, order, Purpose::restore); }},
    Step{"capture-user-state",
         [](const StepEnvironment& environment, const WorkOrder& order) {
           CaptureStepOptions options;
           options.variables = variables_of(order);
           capture_user_state(environment, std::move(options));
         }},
    Step{"restore-user-state",
         [](const StepEnvironment& environment, const WorkOrder& order) {
           RestoreStepOptions options;
           options.variables = variables_of(order);
           restore_user_state(environment, std::move(options));
         }},
    Step{kRelease, [](const StepEnvironment& environment, const WorkOrder&) { release_state_store(environment); }},
};

const Step& step_named(const std::string& name) {
  const auto found = std::ranges::find(kSteps, name, &Step::name);
  if (found != kSteps.end()) return *found;
  throw Error(ErrorCode::unsupported, "there is no step " + printable(name) + "; is this agent too old?");
}

/// Runs one step; why it failed, or nothing. Throws Error(cancelled) where the user asked to stop.
std::string failure_of(const StepEnvironment& environment, const WorkOrder& order, const std::string& step) {
  try {
    step_named(step).run(environment, order);
    return {};
  } catch (const Error& error) {
    if (environment.context.surroundings.interrupted()) {
      throw Error(ErrorCode::cancelled, "stopped in the step " + printable(step) + "; the next start goes on with it");
    }
    return printable(error.what());
  } catch (const cli::Reported&) {
    return "the migration rules are wrong";
  }
}

/// What is on its way to its end is not stopped by a site that does not hear of it.
Wish report(const StepEnvironment& environment, transport::HttpClient& client, const WorkOrder& order,
            const WorkReport& report) {
  try {
    return site_client::report_work(client, order.id, report);
  } catch (const Error& error) {
    environment.log.say("the site does not take the report: " + printable(error.what()));
    return Wish::go_on;
  }
}

Json to_json(const WorkOrder& order, const WorkReport& report) {
  return Json::Object{{"id", order.id}, {"state", report.state}, {"step", report.step}, {"message", report.message}};
}

std::optional<WorkReport> finished_before(const StepEnvironment& environment, const WorkOrder& order) {
  const std::optional<std::string> text = environment.folder.read(kFinishedFile);
  if (!text) return std::nullopt;
  const Json json = parse_json(*text, kFinishedFile);
  JsonFields fields(json, "work");
  if (fields.text("id", site_client::kLongestName) != order.id) return std::nullopt;
  return WorkReport{.state = fields.text("state", site_client::kLongestName),
                    .step = fields.text("step", site_client::kLongestName),
                    .message = fields.text("message", site_client::kLongestText)};
}

/// An order whose release did not get through leaves a lease behind, which would be in the way of one for the other
/// purpose.
void release_leftover(const StepEnvironment& environment, const WorkOrder& order) {
  const std::optional<StepState> state = load_step_state(environment.folder);
  if (!state || !state->is_on_smp() || order.steps.empty()) return;
  const Purpose other = state->purpose == Purpose::capture ? Purpose::restore : Purpose::capture;
  if (order.steps.front() != "request-state-store " + std::string(site_client::name_of(other))) return;
  try {
    release_state_store(environment);
  } catch (const Error& error) {
    environment.log.say("what was left of the work before: " + printable(error.what()));
  }
}

WorkReport run_steps(const StepEnvironment& environment, transport::HttpClient& client, const WorkOrder& order) {
  WorkReport result{.state = "done", .step = {}, .message = {}};
  bool has_begun = false;
  for (const std::string& step : order.steps) {
    // After a failure or a cancellation what was begun is still given back.
    if (result.state != "done" && (step != kRelease || !has_begun)) continue;
    const Wish wish = report(environment, client, order, {.state = "running", .step = step, .message = {}});
    if (wish == Wish::stop && result.state == "done") {
      result = {.state = "cancelled", .step = result.step, .message = {}};
      environment.log.say(fmt::format("work {} was cancelled before {}", order.id, printable(step)));
      if (step != kRelease || !has_begun) continue;
    }
    has_begun = true;
    environment.log.say(fmt::format("work {}: {}", order.id, printable(step)));
    const std::string failure = failure_of(environment, order, step);
    if (failure.empty()) {
      if (result.state == "done") result.step = step;
      continue;
    }
    environment.log.say(fmt::format("{} failed: {}", printable(step), failure));
    if (result.state == "done") {
      result = {.state = "failed", .step = step, .message = failure.substr(0, site_client::kLongestText)};
    }
  }
  return result;
}

}  // namespace

void perform(const StepEnvironment& environment, transport::HttpClient& client, const WorkOrder& order) {
  std::optional<WorkReport> result = finished_before(environment, order);
  if (!result) {
    release_leftover(environment, order);
    result = run_steps(environment, client, order);
    environment.folder.write(kFinishedFile, to_text(to_json(order, *result)));
  }
  environment.log.say(fmt::format("work {} is {}", order.id, result->state));
  report(environment, client, order, *result);
}

}  // namespace rehome::agent
