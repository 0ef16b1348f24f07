// SPDX-License-Identifier: Apache-2.0
#pragma once
// Looks at a volume as the guard wants to know it, the same way in the running system and in the other root. In: what
// was captured of it. Out: facts. For one thread.

#include <string>

#include "programs/command/command.h"
#include "programs/migration/capture_evidence.h"
#include "programs/volume/internal/whereabouts.h"
#include "sequence/wipe_guard.h"

namespace rehome::volume {

/// Fills the protected folder, accounts, homes, changes, mounts and, of the running system, sessions.
/// Throws Error where something cannot be found out, and Reported where the capture's rules cannot be used.
void inspect_volume(const WipedVolume& volume, const cli::CaptureEvidence& captured, sequence::WipeFacts& facts,
                    cli::Context& context);

/// The top of the file system on which the running system stands is never a volume to wipe.
bool is_of_running_system(const WipedVolume& volume);

/// Which system is installed on the volume: another text once another one is.
std::string system_on(const WipedVolume& volume);

}  // namespace rehome::volume
