// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one exception of the program: something cannot go on. Thrown anywhere below the programs; caught only in the
// main of a program, in the per-object loops of scan and load, and where a worker hands its failure to its owner.
// A failure that the caller is expected to look at is data instead (std::expected, model/outcome.h).

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace rehome {

/// The class of a failure. Programs map it to an exit code, so a new one needs a row there and in the manual.
enum class ErrorCode {
  invalid_argument,     // the caller asked for something that makes no sense
  not_found,            // what was named does not exist
  already_exists,       // something is in the way and must not be replaced
  permission_denied,    // the operating system refused
  no_space,             // the volume or a quota is full
  read_only,            // the volume cannot be written
  busy,                 // another process holds it
  io,                   // the device or the system call failed
  unreachable,          // a server does not answer, or not as itself: nothing is known of what it keeps
  corrupt,              // what was read back is not what was written
  incomplete,           // a store or capture that was never finished
  unsupported_version,  // written by a newer program
  unsupported,          // this machine, volume or store kind cannot do it
  wrong_key,            // no key was given, or none of those given opens it
  cancelled,            // the user or a stop request ended it
  refused,              // a safety rule of ours forbids it
  limit_exceeded,       // a named limit on untrusted input
};

/// A lower-case name for logs and `--json`, e.g. "no_space".
std::string_view name_of(ErrorCode code);

class Error : public std::exception {
 public:
  /// `message` is one sentence without a final stop that names the thing, the cause and, if there is one, the remedy.
  /// `system_code` is the errno behind it, or 0.
  Error(ErrorCode code, std::string message, int system_code = 0);

  /// Adds what the caller was doing, e.g. "while reading the header of /mnt/store". Outermost last.
  Error& add_context(std::string context);

  ErrorCode code() const { return code_; }
  int system_code() const { return system_code_; }
  const std::string& message() const { return message_; }
  const std::vector<std::string>& context() const { return context_; }

  /// The message and the context chain in one line.
  const char* what() const noexcept override { return whole_.c_str(); }

 private:
  ErrorCode code_;
  int system_code_;
  std::string message_;
  std::vector<std::string> context_;
  std::string whole_;
};

/// The Error for a failed system call: `errno_value` decides the code, `attempt` says what was tried on what
/// ("open /etc/passwd"). The text of the errno is appended.
Error system_error(int errno_value, std::string_view attempt);

}  // namespace rehome
