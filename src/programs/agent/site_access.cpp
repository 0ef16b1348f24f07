// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/site_access.h"

#include "programs/agent/identity.h"
#include "programs/command/host.h"

namespace rehome::agent {

transport::HttpClientOptions site_options(const StepEnvironment& environment, const std::string& token_file) {
  const Identity identity = require_identity(environment.folder);
  transport::HttpClientOptions options = client_options(environment.settings);
  options.base_url = identity.site;
  options.ca_bundle = identity.authorities;
  if (token_file.empty()) {
    present(identity, options);
  } else {
    options.bearer_token = cli::read_secret_line(token_file);
  }
  options.stop = environment.context.surroundings.interrupted;
  return options;
}

std::string claimed_name(const std::string& token_file) {
  return token_file.empty() ? std::string() : cli::open_machine("/")->environment().computer_name();
}

}  // namespace rehome::agent
