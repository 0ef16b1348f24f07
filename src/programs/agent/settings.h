// SPDX-License-Identifier: Apache-2.0
#pragma once
// What this computer's own administrator lets its agent do, whatever the site wants: config.json in the agent's folder.
// In: the file. Out: checked values; a name that is not known is an error. For one thread.

#include <optional>
#include <string>

#include "base/core/clock.h"
#include "base/core/platform/process.h"
#include "flow/transport/http_client.h"
#include "programs/agent/agent_folder.h"
#include "sequence/deployment_policy.h"

namespace rehome::agent {

/// Part of a day in local time, which may go over midnight: minutes since it, `from` inside, `to` outside.
struct TimeWindow {
  int from = 0;
  int to = 0;
  bool contains(int minute) const;
};
/// "22:00-06:00". Throws Error(invalid_argument).
TimeWindow parse_window(const std::string& text);
/// Of the local day.
int minute_of_day(Timestamp moment);

struct Settings {
  std::optional<TimeWindow> window;    // outside of it no work is begun
  std::uint64_t bytes_per_second = 0;  // 0: no limit
  int nice = 10;
  platform::IoPriority io_priority = platform::IoPriority::lowest;
  transport::HttpProxy proxy;
  bool require_logged_out = false;
  int retries = 4;      // of one transfer
  int retry_delay = 5;  // seconds
  std::string network_access_token_file;
  sequence::DeploymentPolicy deployments;   // "sequences", "sequence_signers", "forbidden_steps"
  std::string sequence_folder = "/rehome";  // for what deployed sequences keep; a wipe leaves it
};

Settings load_settings(AgentFolder& folder);
/// "none", "environment", or a proxy's address.
transport::HttpProxy parse_proxy(const std::string& text);

/// What of the settings concerns transfers.
transport::HttpClientOptions client_options(const Settings& settings);

}  // namespace rehome::agent
