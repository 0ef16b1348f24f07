// SPDX-License-Identifier: Apache-2.0
#pragma once
// This program with everything that it needs to run, for another root on the same kind of processor: a wiped volume's
// protected folder, an initramfs, a newly installed system with older libraries. In: the running process, which knows
// best what it has loaded. Out: a folder. Any thread.

#include <string>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome::boot {

struct ProgramFile {
  std::string name;  // in the copy: "rehome", "lib/libc.so.6"
  MachinePath path;  // where its content is now
};

/// What a copy consists of, the program first; the loader is the file of loader_name().
std::vector<ProgramFile> program_files();
/// "lib/ld-linux-x86-64.so.2".
std::string loader_name();

/// How to start this program again, from where it is now: its words before those of a command. In the root of an
/// initramfs and in a copy that is one with its loader.
std::vector<std::string> words_to_start();

/// Makes `destination` (root's, 0755, its parent there already) and in it the program, lib/ and `run`, a script that
/// starts it: FOLDER/run WORDS…, or where there is no shell FOLDER/lib/ld-linux-x86-64.so.2 --library-path FOLDER/lib
/// FOLDER/rehome WORDS… Files of an older copy are replaced one by one, each at once, so that who runs it is not
/// disturbed. Everything is on the device when this returns. Throws Error.
void copy_program(const MachinePath& destination);

}  // namespace rehome::boot
