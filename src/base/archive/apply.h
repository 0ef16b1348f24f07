// SPDX-License-Identifier: Apache-2.0
#pragma once
// An image of a system onto the volume that was wiped for it. In: a tar archive (of any usual compression), a squashfs
// image or a folder; the folder where the volume is mounted. Out: everything the image holds, as it holds it: owners by
// number, modes with setuid, ACLs, attributes, capabilities, hard links, holes, devices, times of all of them.
//
// The image may be hostile. Nothing lands outside of the target: names that are absolute or have "..", that lead over a
// link or into another mount, and hard links to anywhere else end the work with Error(refused). Called by the step
// apply-image, outside of the system that is replaced, and for a check before that by enter-other-root. One thread.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome::archive {

constexpr std::size_t kMostListedLosses = 1000;

struct ApplyProgress {
  std::uint64_t done_bytes = 0;  // of the image, as it is stored
  std::uint64_t total_bytes = 0;
};

struct ApplyOptions {
  /// Names at the top of the target that are never written, changed or replaced, whatever the image holds: "rehome".
  std::vector<std::string> protected_names = {};
  /// Called often, and only while this thread works.
  std::function<void(const ApplyProgress&)> on_progress = {};
  /// True once the user wants to stop: Error(cancelled) follows.
  std::function<bool()> cancelled = {};
};

struct Applied {
  std::uint64_t entries = 0;        // names that the target got
  std::uint64_t content_bytes = 0;  // written, without holes
  std::uint64_t left_out = 0;       // entries of the image below protected names
  std::uint64_t losses = 0;
  std::vector<std::string> listed_losses = {};  // "PATH: what could not be kept", the first kMostListedLosses
};

/// `image` is a path of the running system. What is in the target stays where the image has nothing of that name; so a
/// killed apply is simply done again. Everything is on the device when this returns.
///
/// Throws Error: not_found for a missing image; corrupt for one that is damaged or not whole; no_space where it does
/// not fit, before anything is written if its size can be known; refused as above; unsupported where it is no image or
/// this system cannot open it.
Applied apply_image(const MachinePath& image, WritableFolder& target, const ApplyOptions& options);

struct ImageContent {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // of files, without holes
};

/// Reads all of an image and writes nothing, so that what is wrong with it shows before a volume is wiped for it.
/// Throws Error: not_found, corrupt and unsupported as apply_image().
ImageContent read_image(const MachinePath& image, const ApplyOptions& options);

}  // namespace rehome::archive
