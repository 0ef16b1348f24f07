// SPDX-License-Identifier: Apache-2.0
#pragma once
// An entry of GRUB for one boot. In: a kernel, an initramfs and a command line. Out: GRUB's custom.cfg with the entry
// in it, beside whatever its owner has there, and the wish to start it next time. One thread.

#include <string>
#include <string_view>

#include "base/machine/file_tree.h"

namespace rehome::boot {

/// Empty, or why there is none, as a part of a sentence: "GRUB is not installed".
std::string make_boot_entry(const MachinePath& kernel, const MachinePath& initramfs, const std::string& line);

struct BootFile {
  std::string uuid;  // of its volume
  MachinePath path;  // on it
};
/// The entry, between the two lines by which it is found again.
std::string entry_text(const BootFile& kernel, const BootFile& initramfs, std::string_view line);
/// `text` with `entry` in place of an older one.
std::string with_entry(std::string_view text, std::string_view entry);

}  // namespace rehome::boot
