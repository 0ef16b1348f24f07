// SPDX-License-Identifier: Apache-2.0
#pragma once
// Work outside of the system that is replaced: its init, and how to tell that it runs.

#include <chrono>
#include <string>

namespace rehome::boot {

/// Where the volume is mounted in the other root.
constexpr const char* kTargetFolder = "/target";

/// Whether this process runs in an initramfs of make_initramfs(): its root is in memory, and holds our plan.
bool is_in_other_root();

/// Another text after each start of the computer. Throws Error where /proc does not say it.
std::string boot_id();

struct InitTimes {
  std::chrono::seconds for_volume{30};      // until it has appeared
  std::chrono::seconds before_restart{10};  // after a failure, for people to read why
};

/// All that process 1 of such a root does: mounts /proc, /sys and /dev, loads the modules, finds and mounts the volume,
/// runs the command, adds what it says to the console and to the log on the volume, and restarts the computer, or with
/// the kernel's parameter "rehome.poweroff" switches it off. It removes nothing from the volume. If something fails it
/// says why and restarts into whatever is installed. Does not return as process 1; throws Error(refused) for any other.
void run_init(const InitTimes& times = {});

}  // namespace rehome::boot
