// SPDX-License-Identifier: Apache-2.0
#pragma once
// Task sequences that are deployed to computers. The site keeps a sequence as the text that somebody signed and does
// not know what it means; agents fetch it, judge for themselves whether they run it, and tell how it goes
// (deployment_reports.h). One that waits past its window is never begun.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "site/page.h"
#include "site/site.h"

namespace rehome::site {

enum class DeploymentState {
  waiting,
  running,
  succeeded,
  failed,
  refused,  // by its computer, which says why
  cancelled,
  expired,  // it waited until its window was over
};
std::string_view name_of(DeploymentState state);
DeploymentState deployment_state_of(std::string_view name);  // Error(invalid_argument)
bool has_ended(DeploymentState state);

struct NewDeployment {
  std::string id = {};    // 32 hexadecimal digits of whoever deploys, which are signed too
  std::string name = {};  // of the sequence
  std::string file = {};  // where it was read, for messages
  std::string text = {};
  std::map<std::string, std::string> variables = {};
  std::vector<std::string> computers = {};  // ids
  std::int64_t from = 0, until = 0;         // both inside
  std::string signature = {}, signer = {};  // as they travel; empty: it is not signed
};

struct DeploymentCounts {
  std::int64_t waiting = 0, running = 0, succeeded = 0, failed = 0, refused = 0, cancelled = 0, expired = 0;
};

struct Deployment {
  std::string id = {}, name = {}, file = {};
  std::int64_t from = 0, until = 0;
  std::string signer = {};  // empty: it is not signed
  std::string who = {};
  std::int64_t created = 0;
  DeploymentCounts counts = {};
};

/// How it is on one computer.
struct DeploymentTarget {
  std::string computer = {}, computer_name = {};
  DeploymentState state = DeploymentState::waiting;
  std::string step = {}, message = {};
  std::int64_t changed = 0;
};

/// Error(already_exists) where the id was used, Error(not_found) for a computer that is none.
Deployment deploy(const Site& site, const NewDeployment& wanted, std::string_view who);
/// The newest first.
Page<Deployment> list_deployments(const Site& site, const PageRequest& page);
Deployment deployment(const Site& site, const std::string& id);
std::vector<DeploymentTarget> deployment_targets(const Site& site, const std::string& id);
DeploymentTarget deployment_target(const Site& site, const std::string& id, const std::string& computer);
/// Where it waits it is never begun; where it runs its agent stops it when it hears of it. `computer` "": everywhere.
/// Error(refused) where it has ended everywhere.
Deployment cancel_deployment(const Site& site, const std::string& id, const std::string& computer,
                             std::string_view who);

}  // namespace rehome::site
