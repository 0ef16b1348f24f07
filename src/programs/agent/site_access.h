// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a step reaches the site: as this enrolled computer, or with a network access token, the second, weaker credential
// that a site may allow (C-F6, C-F7): whoever holds it can ask in the name of any computer. Where the site is and whom
// to trust is in the identity in both cases. For one thread.

#include <string>

#include "flow/transport/http_client.h"
#include "programs/agent/step.h"

namespace rehome::agent {

/// `token_file` empty: as this computer itself. Throws Error(not_found) where this computer is not enrolled, or with a
/// token does not know the site.
transport::HttpClientOptions site_options(const StepEnvironment& environment, const std::string& token_file);

/// What is said beside a network access token about who asks; empty without one.
std::string claimed_name(const std::string& token_file);

}  // namespace rehome::agent
