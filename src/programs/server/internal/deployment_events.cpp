// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/deployment_events.h"

#include "base/codec/json.h"

namespace rehome::server {

void publish_deployment(http::EventHub& events, const std::string& deployment, const site::DeploymentTarget& target) {
  events.publish("deployment", to_text(Json::Object{{"deployment", deployment},
                                                    {"computer", target.computer},
                                                    {"computer_name", target.computer_name},
                                                    {"state", name_of(target.state)},
                                                    {"step", target.step},
                                                    {"message", target.message}}));
}

}  // namespace rehome::server
