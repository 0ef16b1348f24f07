// SPDX-License-Identifier: Apache-2.0
#pragma once
// Removes everything on a volume but its protected folder, for the system that takes the place of the old one. In: the
// folder where the volume is mounted, and what was at its top when the wipe began. Out: an empty volume. No mount is
// crossed, and no link is followed. Whether this may be is judged by somebody else (sequence/wipe_guard.h): called by
// `rehome volume wipe`, outside of the system that is wiped. One thread.
//
// First all that lies at the top is moved into PROTECTED/wiped, and nothing is removed before everything is there:
// until then it can be taken back, and the old system is whole. Then that folder is removed, and nothing else is looked
// at.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome::boot {

/// Of the protected folder: where what is removed lies meanwhile.
constexpr const char* kWipedFolder = "wiped";

struct TopEntry {
  std::string name;
  std::uint64_t inode = 0;
  bool operator==(const TopEntry&) const = default;
};

struct WipeOptions {
  std::string protected_name = "rehome";  // at the top of the volume
  /// Called often with how many names are removed.
  std::function<void(std::uint64_t)> on_progress = {};
  /// True once the user wants to stop: Error(cancelled) follows.
  std::function<bool()> cancelled = {};
};

/// What is at the top, without the protected folder. Throws Error(refused) where that is no real folder of root alone,
/// or something is mounted at the top.
std::vector<TopEntry> top_entries(const MachinePath& folder, const WipeOptions& options);

/// Moves `entries` away, as far as they are still there. Throws Error(refused) before anything is moved where something
/// else lies at the top, or another object has the name of one of them. Immutable and append-only flags are taken away
/// where they are in the way. Durable when it returns.
void move_away(const MachinePath& folder, const std::vector<TopEntry>& entries, const WipeOptions& options);

/// Undoes what a move_away() that did not return has moved. Throws Error(refused) as that does. Durable.
void take_back(const MachinePath& folder, const std::vector<TopEntry>& entries, const WipeOptions& options);

/// Removes what was moved away; returns how many names that were. Throws Error(refused) before anything is removed
/// where something lies at the top by now. Flags and durability as above.
std::uint64_t remove_moved(const MachinePath& folder, const WipeOptions& options);

}  // namespace rehome::boot
