// SPDX-License-Identifier: Apache-2.0
#pragma once
// Deployments and groups as JSON; the other records are in json_of.h.

#include "base/codec/json.h"
#include "site/deployment_reports.h"
#include "site/deployments.h"
#include "site/groups.h"

namespace rehome::server {

Json json_of(const site::Group& group);
Json json_of(const site::Deployment& deployment);
Json json_of(const site::DeploymentTarget& target);
Json json_of(const site::ReportedStep& step);
Json json_of(const site::DeploymentLine& line);
Json json_of(const site::OpenDeployment& open);
/// With all that was signed, as its agents get it.
Json json_of(const site::NewDeployment& given);

template <typename Items>
Json json_list_of(const Items& items) {
  Json::List list;
  for (const auto& item : items) list.push_back(json_of(item));
  return list;
}

}  // namespace rehome::server
