// SPDX-License-Identifier: Apache-2.0
#pragma once
// An administrator's key for deployed sequences as a line of text: in the files that `sequence keygen` makes, and in
// the configuration of agents that pin it. Each begins with what it is. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/codec/secret.h"
#include "base/codec/signature.h"

namespace rehome::sequence {

/// "rehome-sequence-signer:" and 64 hexadecimal digits, without an end of line.
std::string line_of(const SignerKey& signer);
/// nullopt for what is none. What stands after a blank is for people.
std::optional<SignerKey> signer_in(std::string_view line);

/// "rehome-sequence-SECRET:" and 64 hexadecimal digits, with an end of line.
Secret line_of_secret(const Secret& secret_key);
std::optional<Secret> secret_in(std::string_view line);
bool looks_like_secret(std::string_view line);

}  // namespace rehome::sequence
