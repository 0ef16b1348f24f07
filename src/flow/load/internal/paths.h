// SPDX-License-Identifier: Apache-2.0
#pragma once
// Arithmetic on absolute paths of a Linux destination and on what lies beneath a folder ("a/b"). Pure but for those
// that take a FileTree.

#include <string>
#include <string_view>

#include "base/machine/file_tree.h"

namespace rehome::load {

/// Whether `path` is `folder` or below it, by whole components.
bool lies_in(std::string_view path, std::string_view folder);
/// `path` beneath `folder`, which holds it; empty for the folder itself.
std::string beneath(std::string_view path, std::string_view folder);
/// "/home/ann" + "x/y". Either may be empty.
std::string join(std::string_view folder, std::string_view rest);
/// Without the last component: "/" for "/home", empty for "a".
std::string parent_of(std::string_view path);
std::string name_of_path(std::string_view path);
/// Absolute, without a final slash, and without components that are empty, "." or "..".
bool is_plain_path(std::string_view path);

/// Whether there is anything under this path, a link included; also where that cannot be found out.
bool exists(FileTree& files, const MachinePath& path);

}  // namespace rehome::load
