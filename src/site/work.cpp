// SPDX-License-Identifier: Apache-2.0
#include "site/work.h"

#include "base/core/bytes.h"
#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/computer_records.h"
#include "site/internal/ids.h"
#include "site/internal/sealed_record.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::size_t kMostSteps = 20;
constexpr std::size_t kMostVariables = 200;

constexpr const char* kInsert =
    "INSERT INTO work (id, serial, computer, steps, state, step, message, created, changed) VALUES "
    "(:id, (SELECT COALESCE(MAX(serial), 0) + 1 FROM work), :computer, :steps, 'waiting', '', '', :created, :changed)";
constexpr const char* kInsertVariable =
    "INSERT INTO work_variables (work, name, content) VALUES (:work, :name, :content)";
constexpr const char* kSelectOpen =
    "SELECT id, computer, steps, state, step, message, created, changed FROM work WHERE computer = :computer AND "
    "state IN ('waiting', 'running') ORDER BY serial";
constexpr const char* kSelectOne =
    "SELECT id, computer, steps, state, step, message, created, changed FROM work WHERE id = :id";
constexpr const char* kForgetVariables = "DELETE FROM work_variables WHERE work = :work";
constexpr const char* kSelectVariables = "SELECT name, content FROM work_variables WHERE work = :work";
constexpr const char* kUpdate =
    "UPDATE work SET state = :state, step = :step, message = :message, changed = :now WHERE id = :id";

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "\n") + line;
  return all;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Variables are sealed: a password for local accounts may be among them.
SealedRecordPlace place_of(const Site& site, const std::string& work, const std::string& variable) {
  return {site.info().id, "variable " + variable + " of work " + work};
}

std::string seal_variable(const Site& site, const std::string& work, const std::string& name,
                          const std::string& content) {
  return seal_record(site.key(), place_of(site, work, name), as_bytes(content), site.random());
}

Work work_of(const Site& site, Transaction& transaction, const Row& row) {
  Work work{.id = row.text(0),
            .computer = row.text(1),
            .steps = split_lines(row.text(2)),
            .variables = {},
            .state = work_state_of(row.text(3)),
            .step = row.text(4),
            .message = row.text(5),
            .created = row.integer(6),
            .changed = row.integer(7)};
  for (const Row& variable : transaction.query(kSelectVariables, {work.id})) {
    const std::string& name = variable.text(0);
    const Secret content = open_record(site.key(), place_of(site, work.id, name), variable.text(1));
    work.variables.emplace(name, as_text(content.view()));
  }
  return work;
}

Work work_in(const Site& site, Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(kSelectOne, {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no work " + id);
  return work_of(site, transaction, rows[0]);
}

void check(const std::vector<std::string>& steps, const std::map<std::string, std::string>& variables) {
  if (steps.empty()) throw Error(ErrorCode::invalid_argument, "work has at least one step");
  if (steps.size() > kMostSteps || variables.size() > kMostVariables) {
    throw Error(ErrorCode::limit_exceeded, "work has at most 20 steps and 200 variables");
  }
  for (const std::string& step : steps) check_name(step, "a step");
  for (const auto& [name, content] : variables) {
    check_name(name, "the name of a variable");
    check_note(content, "the content of the variable " + name);
  }
}

bool has_ended(WorkState state) { return state != WorkState::waiting && state != WorkState::running; }

void check_report(const Work& work, WorkState reported) {
  if (work.state == WorkState::cancelled) return;
  if (reported == WorkState::cancelled) {
    throw Error(ErrorCode::refused, "nobody has cancelled work " + work.id);
  }
  if (has_ended(work.state) && reported != work.state) {
    throw Error(ErrorCode::refused, "work " + work.id + " has ended: " + std::string(name_of(work.state)));
  }
}

}  // namespace

std::string_view name_of(WorkState state) {
  switch (state) {
    case WorkState::waiting:
      return "waiting";
    case WorkState::running:
      return "running";
    case WorkState::done:
      return "done";
    case WorkState::failed:
      return "failed";
    case WorkState::cancelled:
      return "cancelled";
  }
  return "";
}

WorkState work_state_of(std::string_view name) {
  for (const WorkState state :
       {WorkState::waiting, WorkState::running, WorkState::done, WorkState::failed, WorkState::cancelled}) {
    if (name_of(state) == name) return state;
  }
  throw Error(ErrorCode::invalid_argument,
              "work is waiting, running, done, failed or cancelled, not \"" + std::string(name) + '"');
}

Work add_work(const Site& site, const std::string& computer, const std::vector<std::string>& steps,
              const std::map<std::string, std::string>& variables, std::string_view who) {
  check(steps, variables);
  return site.database().write([&](Transaction& transaction) {
    computer_in(transaction, computer);
    const std::string id = make_id(site.random(), 'w');
    transaction.execute(kInsert, {id, computer, joined_lines(steps), site.now(), site.now()});
    for (const auto& [name, content] : variables) {
      transaction.execute(kInsertVariable, {id, name, seal_variable(site, id, name, content)});
    }
    add_audit(site, transaction, {.who = who, .what = "work added", .subject = id, .why = computer});
    return work_in(site, transaction, id);
  });
}

std::vector<Work> open_work(const Site& site, const std::string& computer) {
  return site.database().read([&](Transaction& transaction) {
    std::vector<Work> open;
    for (const Row& row : transaction.query(kSelectOpen, {computer})) open.push_back(work_of(site, transaction, row));
    return open;
  });
}

WorkState report_work(const Site& site, const std::string& computer, const std::string& id, const WorkReport& report) {
  return site.database().write([&](Transaction& transaction) {
    const Work work = work_in(site, transaction, id);
    if (work.computer != computer) throw Error(ErrorCode::refused, "work " + id + " is not of computer " + computer);
    check_report(work, report.state);
    // How far it came is kept; that it is cancelled stays.
    const WorkState state = work.state == WorkState::cancelled ? work.state : report.state;
    transaction.execute(
        kUpdate, {std::string(name_of(state)), tidy_text(report.step, 255), tidy_text(report.message), site.now(), id});
    if (has_ended(state)) transaction.execute(kForgetVariables, {id});
    return state;
  });
}

Work cancel_work(const Site& site, const std::string& computer, const std::string& id, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    Work work = work_in(site, transaction, id);
    if (work.computer != computer) {
      throw Error(ErrorCode::not_found, "computer " + computer + " has no work " + id);
    }
    if (work.state == WorkState::cancelled) return work;
    if (has_ended(work.state)) {
      throw Error(ErrorCode::refused, "work " + id + " has ended: " + std::string(name_of(work.state)) +
                                          "; only what waits or runs can be cancelled");
    }
    const std::string state(name_of(WorkState::cancelled));
    transaction.execute(kUpdate, {state, work.step, work.message, site.now(), id});
    transaction.execute(kForgetVariables, {id});
    add_audit(site, transaction, {.who = who, .what = "work cancelled", .subject = id, .why = computer});
    return work_in(site, transaction, id);
  });
}

}  // namespace rehome::site
