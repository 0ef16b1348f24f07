// SPDX-License-Identifier: Apache-2.0
#pragma once
// The outer form of every small clear blob (header, "started", "complete"), the same in all format versions to come:
// magic (8 bytes), format version (u32), length of the body (u32), body, SHA-256 of everything before. So a damaged
// blob and one of a newer program are told apart before a byte of the body is looked at.

#include <string_view>

#include "base/core/bytes.h"

namespace rehome::store {

/// Of all blobs of a vault. A reader takes this one and those before it (there are none).
constexpr std::uint32_t kFormatVersion = 1;

/// `magic` has 8 bytes.
Bytes frame_blob(std::string_view magic, ByteView body, std::uint32_t version = kFormatVersion);

/// The body; a view into `blob`. Throws Error(corrupt), or Error(unsupported_version) for a newer one that is whole.
/// `what` names the blob in messages.
ByteView unframe_blob(ByteView blob, std::string_view magic, std::string_view what);

/// Throws Error(unsupported_version) when `version` is newer than ours.
void check_version(std::uint32_t version, std::string_view what);

}  // namespace rehome::store
