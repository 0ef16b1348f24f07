// SPDX-License-Identifier: Apache-2.0
#pragma once
// The other root: an initramfs with this program in it, from which a system can be replaced that cannot replace itself.
// In: the running system, whose kernel and modules it uses. Out: a file for the kernel. Called before the wipe; one
// thread.

#include <string>
#include <vector>

#include "base/boot/volume.h"
#include "base/machine/file_tree.h"

namespace rehome::boot {

struct InitramfsRequest {
  MachinePath folder = "/";               // the volume it is on becomes /target
  std::vector<std::string> command;       // what runs there; the program itself is /rehome/rehome
  std::string log = {};                   // a file of the volume that its output is added to, "rehome/other-root.log"
  std::vector<std::string> modules = {};  // further ones, by name; those that are not there are passed over
};

/// Its init (run_init() of other_root.h) loads modules, mounts the volume, runs the command and restarts the computer.
/// The file is on the device when this returns. Throws Error: unsupported as volume_of(); not_found where the modules
/// of the running kernel are missing; no_space.
void make_initramfs(const InitramfsRequest& request, const MachinePath& output);

/// The kernel that runs, as a file. Throws Error(not_found).
MachinePath running_kernel();
/// A copy of it, on the device when this returns: the initramfs holds modules of this one and starts with no other.
void keep_running_kernel(const MachinePath& output);

}  // namespace rehome::boot
