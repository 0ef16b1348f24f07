// SPDX-License-Identifier: Apache-2.0
#pragma once
// From the running system into the other root. In: an initramfs that make_initramfs() or somebody else made. Out: a
// computer on its way there: by kexec, or where that is not possible by a boot entry for one boot. Called by the step
// enter-other-root. One thread.

#include <string>

#include "base/machine/file_tree.h"

namespace rehome::boot {

enum class EnterWay {
  kexec,  // the kernel starts the next one
  grub,   // the boot loader starts it once; after that the installed system again
};

struct EnterRequest {
  MachinePath initramfs = {};
  MachinePath kernel = {};  // empty: the running one
  bool power_off = false;   // instead of restarting at the end
};

/// Makes everything ready; the running system goes on as if nothing were, until it ends by itself or by leave().
/// Throws Error(unsupported) where neither way is open, with what to do.
EnterWay prepare_to_enter(const EnterRequest& request);
/// Ends the running system in good order. Returns while it goes down, or does not return.
void leave(EnterWay way);

/// Ends it too, to start again as always.
void restart_computer();

/// The next kernel's command line: what the running one says about consoles and hardware, without what it says about
/// its root. Pure.
std::string command_line_for(std::string_view running, bool power_off);

}  // namespace rehome::boot
