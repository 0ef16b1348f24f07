// SPDX-License-Identifier: Apache-2.0
#include "site/deployment_reports.h"

#include <algorithm>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/deployment_records.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::size_t kLongestName = 255;

constexpr const char* kSelectOpen =
    "SELECT c.deployment, c.state FROM deployment_computers c JOIN deployments d ON d.id = c.deployment WHERE "
    "c.computer = :computer AND (c.state = 'running' OR (c.state = 'waiting' AND d.begins <= :now AND d.ends >= "
    ":same_now)) ORDER BY c.serial LIMIT 100";
constexpr const char* kSelectGiven =
    "SELECT name, file, text, begins, ends, signature, signer FROM deployments WHERE id = :id";
constexpr const char* kSelectComputers =
    "SELECT computer FROM deployment_computers WHERE deployment = :id ORDER BY computer";
constexpr const char* kDeleteStep =
    "DELETE FROM deployment_steps WHERE deployment = :id AND computer = :computer AND position = :position";
constexpr const char* kInsertStep =
    "INSERT INTO deployment_steps (deployment, computer, position, step, name, outcome, code, attempts, started, "
    "ended, message) VALUES (:id, :computer, :position, :step, :name, :outcome, :code, :attempts, :started, :ended, "
    ":message)";
constexpr const char* kSelectSteps =
    "SELECT position, step, name, outcome, code, attempts, started, ended, message FROM deployment_steps WHERE "
    "deployment = :id AND computer = :computer ORDER BY position";
constexpr const char* kNextLine =
    "SELECT COALESCE(MAX(number), 0) + 1 FROM deployment_log WHERE deployment = :id AND computer = :computer";
constexpr const char* kInsertLine =
    "INSERT INTO deployment_log (deployment, computer, number, time, line) VALUES (:id, :computer, :number, :time, "
    ":line)";
constexpr const char* kForgetLines =
    "DELETE FROM deployment_log WHERE deployment = :id AND computer = :computer AND number <= :last";
constexpr const char* kSelectLines =
    "SELECT time, line FROM deployment_log WHERE deployment = :id AND computer = :computer ORDER BY number DESC "
    "LIMIT :most";
constexpr const char* kSelectExpired =
    "SELECT c.deployment, c.computer FROM deployment_computers c JOIN deployments d ON d.id = c.deployment WHERE "
    "c.state = 'waiting' AND d.ends < :now";

void check_report(const std::string& id, const DeploymentTarget& target, DeploymentState reported) {
  if (reported == DeploymentState::expired) {
    throw Error(ErrorCode::invalid_argument, "whether a deployment is expired is for the site to say");
  }
  if (target.state == DeploymentState::cancelled) return;
  if (reported == DeploymentState::cancelled) {
    throw Error(ErrorCode::refused, "nobody has cancelled deployment " + id);
  }
  if (has_ended(target.state) && reported != target.state) {
    throw Error(ErrorCode::refused, "deployment " + id + " has ended: " + std::string(name_of(target.state)));
  }
}

void keep_step(Transaction& transaction, const std::string& id, const std::string& computer, const ReportedStep& step) {
  if (step.position < 0 || step.position >= kMostReportedSteps) {
    throw Error(ErrorCode::limit_exceeded,
                "of a deployment at most " + std::to_string(kMostReportedSteps) + " steps of a computer are kept");
  }
  transaction.execute(kDeleteStep, {id, computer, step.position});
  transaction.execute(kInsertStep, {id, computer, step.position, step.step, tidy_text(step.name, kLongestName),
                                    tidy_text(step.outcome, kLongestName), step.code, step.attempts, step.started,
                                    step.ended, tidy_text(step.message)});
}

}  // namespace

std::vector<OpenDeployment> open_deployments(const Site& site, const std::string& computer) {
  return site.database().read([&](Transaction& transaction) {
    std::vector<OpenDeployment> open;
    for (const Row& row : transaction.query(kSelectOpen, {computer, site.now(), site.now()})) {
      open.push_back({.id = row.text(0), .state = deployment_state_of(row.text(1))});
    }
    return open;
  });
}

NewDeployment given_deployment(const Site& site, const std::string& id, const std::string& computer) {
  return site.database().read([&](Transaction& transaction) {
    target_in(transaction, id, computer);
    const Row row = transaction.query(kSelectGiven, {id}).at(0);
    NewDeployment given{.id = id,
                        .name = row.text(0),
                        .file = row.text(1),
                        .text = row.text(2),
                        .variables = deployed_variables(site, transaction, id),
                        .computers = {},
                        .from = row.integer(3),
                        .until = row.integer(4),
                        .signature = row.text(5),
                        .signer = row.text(6)};
    for (const Row& named : transaction.query(kSelectComputers, {id})) given.computers.push_back(named.text(0));
    return given;
  });
}

TakenReport report_deployment(const Site& site, const std::string& computer, const std::string& id,
                              const DeploymentReport& report) {
  return site.database().write([&](Transaction& transaction) {
    const DeploymentTarget before = target_in(transaction, id, computer);
    check_report(id, before, report.state);
    for (const ReportedStep& step : report.steps) keep_step(transaction, id, computer, step);
    DeploymentTarget after = before;
    // How far it came is kept; that it is cancelled stays.
    if (before.state != DeploymentState::cancelled) after.state = report.state;
    after.step = tidy_text(report.step, kLongestName);
    after.message = tidy_text(report.message);
    const bool is_news = after.state != before.state || after.step != before.step || after.message != before.message;
    if (is_news) set_target(site, transaction, id, after);
    if (has_ended(after.state) && after.state != before.state) {
      forget_unneeded_variables(transaction, id);
      const std::string what = "deployment " + std::string(name_of(after.state));
      add_audit(site, transaction, {.who = computer, .what = what, .subject = id, .why = after.message});
    }
    return TakenReport{.state = after.state, .is_news = is_news};
  });
}

std::vector<ReportedStep> reported_steps(const Site& site, const std::string& id, const std::string& computer) {
  return site.database().read([&](Transaction& transaction) {
    std::vector<ReportedStep> steps;
    for (const Row& row : transaction.query(kSelectSteps, {id, computer})) {
      steps.push_back({.position = row.integer(0),
                       .step = row.integer(1),
                       .name = row.text(2),
                       .outcome = row.text(3),
                       .code = row.integer(4),
                       .attempts = row.integer(5),
                       .started = row.integer(6),
                       .ended = row.integer(7),
                       .message = row.text(8)});
    }
    return steps;
  });
}

void add_deployment_lines(const Site& site, const std::string& computer, const std::string& id,
                          const std::vector<DeploymentLine>& lines) {
  site.database().write([&](Transaction& transaction) {
    target_in(transaction, id, computer);
    std::int64_t number = transaction.query(kNextLine, {id, computer}).at(0).integer(0);
    for (const DeploymentLine& line : lines) {
      transaction.execute(kInsertLine,
                          {id, computer, number, tidy_text(line.time, kLongestName), tidy_text(line.text)});
      ++number;
    }
    transaction.execute(kForgetLines, {id, computer, number - 1 - kMostDeploymentLines});
  });
}

std::vector<DeploymentLine> deployment_lines(const Site& site, const std::string& id, const std::string& computer,
                                             std::int64_t most) {
  return site.database().read([&](Transaction& transaction) {
    std::vector<DeploymentLine> lines;
    for (const Row& row : transaction.query(kSelectLines, {id, computer, most})) {
      lines.push_back({.time = row.text(0), .text = row.text(1)});
    }
    std::ranges::reverse(lines);
    return lines;
  });
}

std::vector<ExpiredDeployment> expire_deployments(const Site& site) {
  return site.database().write([&](Transaction& transaction) {
    std::vector<ExpiredDeployment> expired;
    for (const Row& row : transaction.query(kSelectExpired, {site.now()})) {
      DeploymentTarget target = target_in(transaction, row.text(0), row.text(1));
      target.state = DeploymentState::expired;
      set_target(site, transaction, row.text(0), target);
      forget_unneeded_variables(transaction, row.text(0));
      expired.push_back({.deployment = row.text(0), .target = target});
    }
    return expired;
  });
}

}  // namespace rehome::site
