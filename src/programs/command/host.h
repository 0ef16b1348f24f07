// SPDX-License-Identifier: Apache-2.0
#pragma once
// The computers and files that a command line names: the machine to work on (--root), and files of the running system
// (rules, keys, stores), whose owner and mode are checked before they are believed.

#include <memory>
#include <string>

#include "base/codec/secret.h"
#include "base/machine/machine.h"

namespace rehome::cli {

/// The running system ("/"), or the computer whose root folder is `root`. Throws Error(not_found).
std::unique_ptr<Machine> open_machine(const std::string& root);

/// `path` from the command line as an absolute path of the running system.
MachinePath absolute_path(const std::string& path);

enum class Trust {
  anyone,      // plain input
  rule_file,   // used as root it must belong to root and be writable by nobody else
  secret_file  // nobody but its owner may read it
};

/// A whole file of the running system. Throws Error(not_found), Error(refused) where `trust` is not earned, and
/// Error(invalid_argument) above `size_limit` bytes. A link is followed: what it leads to has to earn the trust.
std::string read_host_file(const std::string& path, Trust trust, std::size_t size_limit);

/// All of a file that nobody but its owner may read.
Secret read_secret_file(const std::string& path);
/// Its first line, as in a file of a passphrase or token: editors and echo end it with a newline nobody types. Throws
/// Error(invalid_argument) where it is empty.
Secret read_secret_line(const std::string& path);

/// Writes a new file that only its owner may read; throws Error(already_exists).
void write_secret_file(const std::string& path, ByteView content);
/// Removes a file that was just written, where what it is for failed. Never throws.
void take_back_file(const std::string& path);
/// Writes a new file that anybody may read; throws Error(already_exists).
void write_public_file(const std::string& path, ByteView content);

}  // namespace rehome::cli
