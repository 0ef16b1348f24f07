// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a sequence goes on elsewhere: after a restart, in the other root, and in the system that was put in the place of
// the old one. In: the protected folder, which all of them share. For one thread.

#include <string>

#include "programs/task_sequence/protected_folder.h"

namespace rehome::task_sequence {

/// As the installed system has it: "/rehome".
std::string installed_path(const std::string& path, bool is_of_other_root);
/// The name at the top of its volume: "rehome".
std::string protected_name(const ProtectedFolder& folder);

/// A unit of the system in `root` that resumes the sequence when it starts, and the program for it in the protected
/// folder. Throws Error(unsupported) where that system has no systemd.
void carry_on_after_start(const std::string& root, ProtectedFolder& folder);
/// Takes the unit away where there is one. The rest stays.
void stop_carrying_on(const std::string& root);

/// The program and the agent's folder beside the sequence, and, unless somebody else made one, the initramfs whose
/// program resumes it, with its kernel: where the system is removed already, somebody can still start it from there.
void prepare_other_root(ProtectedFolder& folder, bool makes_initramfs);

/// Where the steps of user state keep what they know: the agent's folder that was brought along, or that of the system.
std::string agent_folder(ProtectedFolder& folder);
/// Copies what was brought along to where the agent of this system looks for it, and forgets the copy. An identity that
/// is there already stays.
void settle_agent_folder(ProtectedFolder& folder);

}  // namespace rehome::task_sequence
