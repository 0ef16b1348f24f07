// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files of root, made whole and given their names at once. Any thread.

#include <memory>
#include <string>

#include "base/machine/file_tree.h"

namespace rehome::boot {

constexpr std::uint32_t kProgramMode = 0755;
constexpr std::uint32_t kTextMode = 0644;
constexpr std::uint32_t kPrivateMode = 0600;

/// One folder at most is made. Throws Error.
std::unique_ptr<WritableFolder> open_or_make_folder(FileTree& tree, const MachinePath& path);
/// Its content is on the device before it has its name.
void write_file(WritableFolder& folder, const std::string& name, ByteView content, std::uint32_t mode);
/// Links in the path are followed. Throws Error(not_found).
std::unique_ptr<ReadableFile> open_host_file(FileTree& tree, const MachinePath& path);
/// All of a program or library. Throws Error.
Bytes read_host_file(FileTree& tree, const MachinePath& path);
/// All of a small file, also of one in /proc or /sys, whose length nobody knows; nullopt where there is none.
std::optional<std::string> read_text(const std::string& path);
/// Without the end of line; empty where there is none.
std::string read_line(const std::string& path);

}  // namespace rehome::boot
