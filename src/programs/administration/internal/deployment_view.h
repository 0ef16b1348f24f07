// SPDX-License-Identifier: Apache-2.0
#pragma once
// A deployment for people: its head, and a table of its computers, or of its steps on one. With --json as the site
// gives it. For one thread.

#include "base/codec/json.h"
#include "programs/command/command.h"

namespace rehome::administration {

void show_deployment(const Json& deployment, cli::Context& context);
void show_deployment_on_computer(const Json& target, cli::Context& context);

}  // namespace rehome::administration
