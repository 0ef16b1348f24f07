// SPDX-License-Identifier: Apache-2.0
#include "site/deployments.h"

#include <array>
#include <utility>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/computer_records.h"
#include "site/internal/deployment_records.h"
#include "site/internal/ids.h"
#include "site/internal/paging.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::size_t kLargestText = std::size_t{256} * 1024;
constexpr std::size_t kMostComputers = 5000;
constexpr std::size_t kMostVariables = 200;

constexpr std::array kStates = {
    std::pair{DeploymentState::waiting, "waiting"},     std::pair{DeploymentState::running, "running"},
    std::pair{DeploymentState::succeeded, "succeeded"}, std::pair{DeploymentState::failed, "failed"},
    std::pair{DeploymentState::refused, "refused"},     std::pair{DeploymentState::cancelled, "cancelled"},
    std::pair{DeploymentState::expired, "expired"}};

constexpr const char* kInsert =
    "INSERT INTO deployments (id, serial, name, file, text, begins, ends, signature, signer, who, created) VALUES "
    "(:id, (SELECT COALESCE(MAX(serial), 0) + 1 FROM deployments), :name, :file, :text, :begins, :ends, :signature, "
    ":signer, :who, :created)";
constexpr const char* kSelectId = "SELECT serial FROM deployments WHERE id = :id";
constexpr const char* kInsertComputer =
    "INSERT INTO deployment_computers (deployment, computer, serial, state, step, message, changed) VALUES "
    "(:deployment, :computer, (SELECT serial FROM deployments WHERE id = :same), 'waiting', '', '', :now)";
constexpr const char* kSelectPage =
    "SELECT id FROM deployments WHERE serial < :before ORDER BY serial DESC LIMIT :limit";
constexpr const char* kSelectComputers =
    "SELECT computer FROM deployment_computers WHERE deployment = :id ORDER BY computer";

void check(const Site& site, const NewDeployment& wanted) {
  if (!is_long_id(wanted.id)) throw Error(ErrorCode::invalid_argument, "a deployment's id has 32 hexadecimal digits");
  check_name(wanted.name, "the name of a sequence");
  check_name(wanted.file, "the file of a sequence");
  check_note(wanted.signature, "a signature");
  check_note(wanted.signer, "a signer");
  if (wanted.text.empty()) throw Error(ErrorCode::invalid_argument, "the sequence is empty");
  if (wanted.computers.empty()) throw Error(ErrorCode::invalid_argument, "a deployment is for at least one computer");
  if (wanted.text.size() > kLargestText || wanted.computers.size() > kMostComputers ||
      wanted.variables.size() > kMostVariables) {
    throw Error(ErrorCode::limit_exceeded, "a deployment has at most 256 KiB, 5000 computers and 200 variables");
  }
  if (wanted.until <= wanted.from) throw Error(ErrorCode::invalid_argument, "the deployment ends before it begins");
  if (wanted.until < site.now()) throw Error(ErrorCode::invalid_argument, "the window of the deployment is over");
  for (const auto& [name, content] : wanted.variables) {
    check_name(name, "the name of a variable");
    check_note(content, "the content of the variable " + name);
  }
}

std::string audit_words(const NewDeployment& wanted) {
  return wanted.name + " to " + std::to_string(wanted.computers.size()) + " computers" +
         (wanted.signature.empty() ? "" : ", signed by " + wanted.signer);
}

std::vector<std::string> computers_of(Transaction& transaction, const std::string& id) {
  std::vector<std::string> computers;
  for (const Row& row : transaction.query(kSelectComputers, {id})) computers.push_back(row.text(0));
  return computers;
}

}  // namespace

std::string_view name_of(DeploymentState state) { return kStates.at(static_cast<std::size_t>(state)).second; }

DeploymentState deployment_state_of(std::string_view name) {
  for (const auto& [state, text] : kStates) {
    if (name == text) return state;
  }
  throw Error(ErrorCode::invalid_argument, "there is no state \"" + std::string(name) + "\" of a deployment");
}

bool has_ended(DeploymentState state) { return state != DeploymentState::waiting && state != DeploymentState::running; }

Deployment deploy(const Site& site, const NewDeployment& wanted, std::string_view who) {
  check(site, wanted);
  return site.database().write([&](Transaction& transaction) {
    if (!transaction.query(kSelectId, {wanted.id}).empty()) {
      throw Error(ErrorCode::already_exists, "there is a deployment " + wanted.id + " already");
    }
    transaction.execute(kInsert, {wanted.id, wanted.name, wanted.file, wanted.text, wanted.from, wanted.until,
                                  wanted.signature, wanted.signer, std::string(who), site.now()});
    for (const std::string& computer : wanted.computers) {
      computer_in(transaction, computer);
      transaction.execute(kInsertComputer, {wanted.id, computer, wanted.id, site.now()});
    }
    keep_deployed_variables(site, transaction, wanted);
    add_audit(site, transaction,
              {.who = who, .what = "sequence deployed", .subject = wanted.id, .why = audit_words(wanted)});
    return deployment_in(transaction, wanted.id);
  });
}

Page<Deployment> list_deployments(const Site& site, const PageRequest& page) {
  return site.database().read([&](Transaction& transaction) {
    std::int64_t before = INT64_MAX;
    if (!page.after.empty()) {
      const Rows rows = transaction.query(kSelectId, {page.after});
      before = rows.empty() ? 0 : rows[0].integer(0);
    }
    const std::int64_t limit = limit_of(page);
    return page_of(transaction.query(kSelectPage, {before, limit + 1}), limit,
                   [&](const Row& row) { return deployment_in(transaction, row.text(0)); });
  });
}

Deployment deployment(const Site& site, const std::string& id) {
  return site.database().read([&](Transaction& transaction) { return deployment_in(transaction, id); });
}

std::vector<DeploymentTarget> deployment_targets(const Site& site, const std::string& id) {
  return site.database().read([&](Transaction& transaction) {
    std::vector<DeploymentTarget> targets;
    for (const std::string& computer : computers_of(transaction, id)) {
      targets.push_back(target_in(transaction, id, computer));
    }
    return targets;
  });
}

DeploymentTarget deployment_target(const Site& site, const std::string& id, const std::string& computer) {
  return site.database().read([&](Transaction& transaction) { return target_in(transaction, id, computer); });
}

Deployment cancel_deployment(const Site& site, const std::string& id, const std::string& computer,
                             std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    deployment_in(transaction, id);
    const std::vector<std::string> computers =
        computer.empty() ? computers_of(transaction, id) : std::vector<std::string>{computer};
    bool is_cancelled = false;
    for (const std::string& one : computers) {
      DeploymentTarget target = target_in(transaction, id, one);
      if (has_ended(target.state)) continue;
      target.state = DeploymentState::cancelled;
      set_target(site, transaction, id, target);
      is_cancelled = true;
    }
    if (!is_cancelled) {
      throw Error(ErrorCode::refused, "deployment " + id + " has ended; only what waits or runs can be cancelled");
    }
    forget_unneeded_variables(transaction, id);
    add_audit(site, transaction, {.who = who, .what = "deployment cancelled", .subject = id, .why = computer});
    return deployment_in(transaction, id);
  });
}

}  // namespace rehome::site
