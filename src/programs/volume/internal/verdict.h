// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the guard's answer is said: one screen for people, everything with --json. For one thread.

#include <cstdint>
#include <vector>

#include "programs/command/command.h"
#include "sequence/wipe_guard.h"

namespace rehome::volume {

/// Throws Error(permission_denied): only root can see, and remove, what belongs to others.
void require_root();

cli::ExitCode refuse(const std::vector<sequence::Reason>& reasons, const sequence::WipeFacts& facts,
                     cli::Context& context);
/// `objects`: of the capture.
cli::ExitCode agree(const sequence::WipeFacts& facts, std::uint64_t objects, cli::Context& context);

}  // namespace rehome::volume
