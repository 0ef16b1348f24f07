// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/deployment_offer.h"

#include <algorithm>

#include "base/codec/base64.h"
#include "model/outcome.h"
#include "programs/agent/identity.h"
#include "programs/agent/sequence_program.h"
#include "sequence/deployment_policy.h"

namespace rehome::agent {

namespace {

std::optional<Signature> signature_of(const std::string& text) {
  const std::optional<Secret> bytes = from_base64(text);
  Signature signature{};
  if (!bytes || bytes->size() != signature.size()) return std::nullopt;
  std::ranges::copy(bytes->view(), signature.begin());
  return signature;
}

/// The site does not say which site it is: that is what this computer knows.
sequence::Deployment deployment_of(const site_client::GivenDeployment& given, const std::string& id,
                                   const Identity& identity) {
  return {.statement = {.deployment = id,
                        .site = identity.site_code,
                        .computers = given.computers,
                        .from = given.from,
                        .until = given.until,
                        .text = given.text,
                        .variables = given.variables},
          .signature = signature_of(given.signature)};
}

JudgedDeployment refuse(std::string reason) { return {.verdict = Verdict::refused, .reason = std::move(reason)}; }

}  // namespace

JudgedDeployment judge(const StepEnvironment& environment, transport::HttpClient& client,
                       const site_client::OfferedDeployment& offered, const DeploymentRecord& record) {
  if (was_accepted(record, offered.id)) return refuse("this computer has run it already");
  if (offered.is_running) {
    return refuse("it was begun, but this computer knows nothing of it any more: its agent's folder was replaced");
  }
  JudgedDeployment judged{.given = site_client::get_deployment(client, offered.id)};
  const Identity identity = require_identity(environment.folder);
  const std::int64_t now = environment.context.surroundings.clock.now().seconds;
  if (now < judged.given.from) {
    judged.verdict = Verdict::too_early;
    judged.reason = "its time has not come by this computer's clock";
    return judged;
  }
  const auto reason =
      sequence::reason_to_refuse(deployment_of(judged.given, offered.id, identity), environment.settings.deployments,
                                 {.site = identity.site_code, .computer = identity.computer, .now = now});
  judged.verdict = reason ? Verdict::refused : Verdict::may_run;
  judged.reason = printable(reason.value_or(""));
  return judged;
}

void write_deployment(AgentFolder& folder, const site_client::GivenDeployment& given) {
  Json::Object variables;
  for (const auto& [name, value] : given.variables) variables.push_back({name, value});
  folder.write(kSequenceFile, given.text);
  folder.write(kSequenceVariablesFile, to_text(variables));
}

}  // namespace rehome::agent
