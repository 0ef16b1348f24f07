// SPDX-License-Identifier: Apache-2.0
#pragma once
// Base64 (RFC 4648, section 4: '+' and '/', padded, on one line), as bytes travel in JSON and in header fields. Any
// thread may call.

#include <optional>
#include <string>
#include <string_view>

#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome {

std::string to_base64(ByteView bytes);
/// The bytes, in storage that is wiped; nullopt where the text is anything but what to_base64 gives for some bytes.
std::optional<Secret> from_base64(std::string_view text);

}  // namespace rehome
