// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/deployment_json.h"

namespace rehome::server {

Json json_of(const site::Group& group) {
  Json::List computers;
  for (const site::GroupMember& member : group.computers) {
    computers.push_back(Json::Object{{"id", member.id}, {"name", member.name}});
  }
  return Json::Object{
      {"id", group.id}, {"name", group.name}, {"computers", std::move(computers)}, {"created", group.created}};
}

Json json_of(const site::Deployment& deployment) {
  const site::DeploymentCounts& counts = deployment.counts;
  return Json::Object{{"id", deployment.id},       {"name", deployment.name},       {"file", deployment.file},
                      {"from", deployment.from},   {"until", deployment.until},     {"signer", deployment.signer},
                      {"who", deployment.who},     {"created", deployment.created}, {"waiting", counts.waiting},
                      {"running", counts.running}, {"succeeded", counts.succeeded}, {"failed", counts.failed},
                      {"refused", counts.refused}, {"cancelled", counts.cancelled}, {"expired", counts.expired}};
}

Json json_of(const site::DeploymentTarget& target) {
  return Json::Object{{"computer", target.computer},    {"computer_name", target.computer_name},
                      {"state", name_of(target.state)}, {"step", target.step},
                      {"message", target.message},      {"changed", target.changed}};
}

Json json_of(const site::ReportedStep& step) {
  return Json::Object{{"position", step.position}, {"step", step.step},   {"name", step.name},
                      {"outcome", step.outcome},   {"code", step.code},   {"attempts", step.attempts},
                      {"started", step.started},   {"ended", step.ended}, {"message", step.message}};
}

Json json_of(const site::DeploymentLine& line) { return Json::Object{{"time", line.time}, {"text", line.text}}; }

Json json_of(const site::OpenDeployment& open) { return Json::Object{{"id", open.id}, {"state", name_of(open.state)}}; }

Json json_of(const site::NewDeployment& given) {
  Json::Object variables;
  for (const auto& [name, value] : given.variables) variables.push_back({name, value});
  return Json::Object{{"id", given.id},
                      {"name", given.name},
                      {"text", given.text},
                      {"variables", std::move(variables)},
                      {"computers", Json::List(given.computers.begin(), given.computers.end())},
                      {"from", given.from},
                      {"until", given.until},
                      {"signature", given.signature},
                      {"signer", given.signer}};
}

}  // namespace rehome::server
