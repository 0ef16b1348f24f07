// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of deployments inside a transaction.

#include <map>
#include <string>
#include <string_view>

#include "base/database/database.h"
#include "site/deployments.h"

namespace rehome::site {

/// Error(not_found).
Deployment deployment_in(Transaction& transaction, const std::string& id);
/// Error(not_found) where it is not for that computer.
DeploymentTarget target_in(Transaction& transaction, const std::string& id, const std::string& computer);
void set_target(const Site& site, Transaction& transaction, const std::string& id, const DeploymentTarget& target);

/// Sealed, as those of work: a password may be among them.
void keep_deployed_variables(const Site& site, Transaction& transaction, const NewDeployment& wanted);
std::map<std::string, std::string> deployed_variables(const Site& site, Transaction& transaction,
                                                      const std::string& id);
/// Where no computer needs them any more.
void forget_unneeded_variables(Transaction& transaction, const std::string& id);

}  // namespace rehome::site
