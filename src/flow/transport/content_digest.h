// SPDX-License-Identifier: Apache-2.0
#pragma once
// The header field Content-Digest (RFC 9530), of SHA-256 only.

#include <optional>
#include <string>
#include <string_view>

#include "base/codec/hash.h"

namespace rehome::transport {

/// "sha-256=:<base64>:".
std::string content_digest(const Digest& digest);
/// The SHA-256 among the digests of a field; nullopt where it holds none that can be read.
std::optional<Digest> parse_content_digest(std::string_view field);

}  // namespace rehome::transport
