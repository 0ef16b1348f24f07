// SPDX-License-Identifier: Apache-2.0
#pragma once
// What listeners hear of deployments: one event, `deployment`, for each change on a computer. Any thread.

#include <string>

#include "base/http_server/event_hub.h"
#include "site/deployments.h"

namespace rehome::server {

void publish_deployment(http::EventHub& events, const std::string& deployment, const site::DeploymentTarget& target);

}  // namespace rehome::server
