// SPDX-License-Identifier: Apache-2.0
#include "site/internal/deployment_records.h"

#include "base/core/bytes.h"
#include "base/core/error.h"
#include "site/internal/sealed_record.h"

namespace rehome::site {

namespace {

constexpr const char* kSelect =
    "SELECT id, name, file, begins, ends, signer, who, created FROM deployments WHERE id = :id";
constexpr const char* kCount = "SELECT state, COUNT(*) FROM deployment_computers WHERE deployment = :id GROUP BY state";
constexpr const char* kSelectTarget =
    "SELECT d.computer, COALESCE(c.name, ''), d.state, d.step, d.message, d.changed FROM deployment_computers d "
    "LEFT JOIN computers c ON c.id = d.computer WHERE d.deployment = :id AND d.computer = :computer";
constexpr const char* kUpdateTarget =
    "UPDATE deployment_computers SET state = :state, step = :step, message = :message, changed = :now "
    "WHERE deployment = :id AND computer = :computer";
constexpr const char* kInsertVariable =
    "INSERT INTO deployment_variables (deployment, name, content) VALUES (:id, :name, :content)";
constexpr const char* kSelectVariables = "SELECT name, content FROM deployment_variables WHERE deployment = :id";
constexpr const char* kForgetVariables = "DELETE FROM deployment_variables WHERE deployment = :id";
constexpr const char* kSelectOpen =
    "SELECT 1 FROM deployment_computers WHERE deployment = :id AND state IN ('waiting', 'running') LIMIT 1";

SealedRecordPlace place_of(const Site& site, const std::string& id, const std::string& name) {
  return {site.info().id, "variable " + name + " of deployment " + id};
}

std::int64_t& count_of(DeploymentCounts& counts, DeploymentState state) {
  switch (state) {
    case DeploymentState::waiting:
      return counts.waiting;
    case DeploymentState::running:
      return counts.running;
    case DeploymentState::succeeded:
      return counts.succeeded;
    case DeploymentState::failed:
      return counts.failed;
    case DeploymentState::refused:
      return counts.refused;
    case DeploymentState::cancelled:
      return counts.cancelled;
    case DeploymentState::expired:
      break;
  }
  return counts.expired;
}

}  // namespace

Deployment deployment_in(Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(kSelect, {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no deployment " + id);
  const Row& row = rows[0];
  Deployment deployment{.id = row.text(0),
                        .name = row.text(1),
                        .file = row.text(2),
                        .from = row.integer(3),
                        .until = row.integer(4),
                        .signer = row.text(5),
                        .who = row.text(6),
                        .created = row.integer(7)};
  for (const Row& state : transaction.query(kCount, {id})) {
    count_of(deployment.counts, deployment_state_of(state.text(0))) = state.integer(1);
  }
  return deployment;
}

DeploymentTarget target_in(Transaction& transaction, const std::string& id, const std::string& computer) {
  const Rows rows = transaction.query(kSelectTarget, {id, computer});
  if (rows.empty()) throw Error(ErrorCode::not_found, "there is no deployment " + id + " for computer " + computer);
  const Row& row = rows[0];
  return {.computer = row.text(0),
          .computer_name = row.text(1),
          .state = deployment_state_of(row.text(2)),
          .step = row.text(3),
          .message = row.text(4),
          .changed = row.integer(5)};
}

void set_target(const Site& site, Transaction& transaction, const std::string& id, const DeploymentTarget& target) {
  transaction.execute(kUpdateTarget, {std::string(name_of(target.state)), target.step, target.message, site.now(), id,
                                      target.computer});
}

void keep_deployed_variables(const Site& site, Transaction& transaction, const NewDeployment& wanted) {
  for (const auto& [name, content] : wanted.variables) {
    const SealedRecordPlace place = place_of(site, wanted.id, name);
    transaction.execute(kInsertVariable,
                        {wanted.id, name, seal_record(site.key(), place, as_bytes(content), site.random())});
  }
}

std::map<std::string, std::string> deployed_variables(const Site& site, Transaction& transaction,
                                                      const std::string& id) {
  std::map<std::string, std::string> variables;
  for (const Row& row : transaction.query(kSelectVariables, {id})) {
    const Secret content = open_record(site.key(), place_of(site, id, row.text(0)), row.text(1));
    variables.emplace(row.text(0), as_text(content.view()));
  }
  return variables;
}

void forget_unneeded_variables(Transaction& transaction, const std::string& id) {
  if (transaction.query(kSelectOpen, {id}).empty()) transaction.execute(kForgetVariables, {id});
}

}  // namespace rehome::site
