// SPDX-License-Identifier: Apache-2.0
#pragma once
// The terminal of the user in front of this program, if there is one.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rehome::platform {

enum class Stream { input, output, error };

bool is_terminal(Stream stream);

/// Columns of the terminal that `stream` is; nullopt where it is none or does not say.
std::optional<std::size_t> terminal_width(Stream stream);

inline constexpr std::size_t kLongestPassphrase = 1024;  // bytes

/// Shows `prompt` on the controlling terminal, whatever the streams are, and reads one line without showing it. The
/// line goes into `passphrase` and nowhere else (the caller wipes it; its storage is never moved here). The terminal is
/// as before when this returns or throws, also when a signal comes. Throws Error(unsupported) where there is no
/// terminal, Error(cancelled) at a signal or the end of input, Error(limit_exceeded) above kLongestPassphrase.
/// For the main thread.
void ask_passphrase(std::string_view prompt, std::string& passphrase);

}  // namespace rehome::platform
