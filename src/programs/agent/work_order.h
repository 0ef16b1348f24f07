// SPDX-License-Identifier: Apache-2.0
#pragma once
// One work order of the site: its steps in turn, each reported as it begins and the whole as it ends. In: step names
// and variables, hostile within their tables. Out: the state of the steps on disk, and reports. For one thread.

#include "flow/transport/http_client.h"
#include "programs/agent/step.h"
#include "programs/site_client/agent_calls.h"

namespace rehome::agent {

/// After a step that fails only Release State Store still runs, so that the site learns of it. An order that is done
/// already, whose report was lost, is only reported again. One that the user's wish to stop ends is not reported: the
/// site gives it again. One that was cancelled ends before its next step, as after a failure.
void perform(const StepEnvironment& environment, transport::HttpClient& client, const site_client::WorkOrder& order);

}  // namespace rehome::agent
