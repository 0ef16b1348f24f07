// SPDX-License-Identifier: Apache-2.0
#pragma once
// A sequence that the site offers, judged: fetched, held against who this computer is and what its own administrator
// allows, and written where its program finds it. For one thread.

#include <string>

#include "flow/transport/http_client.h"
#include "programs/agent/deployment_record.h"
#include "programs/agent/step.h"
#include "programs/site_client/deployment_calls.h"

namespace rehome::agent {

enum class Verdict {
  may_run,
  too_early,  // by this computer's clock
  refused,
};

struct JudgedDeployment {
  Verdict verdict = Verdict::refused;
  std::string reason = {};  // of what may not run
  site_client::GivenDeployment given = {};
};

/// `record`: what this computer has accepted before.
JudgedDeployment judge(const StepEnvironment& environment, transport::HttpClient& client,
                       const site_client::OfferedDeployment& offered, const DeploymentRecord& record);

/// The files of its program, in a folder of its own.
void write_deployment(AgentFolder& folder, const site_client::GivenDeployment& given);

}  // namespace rehome::agent
