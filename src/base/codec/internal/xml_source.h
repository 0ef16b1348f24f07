// SPDX-License-Identifier: Apache-2.0
#pragma once
// The first step of reading XML: bytes of a file in, the same document as checked UTF-8 out. libxml2 then need not (and
// is told not to) convert anything, so a byte it has consumed is a byte of this text, and positions come out right.

#include <expected>
#include <string>
#include <string_view>

#include "base/codec/xml.h"

namespace rehome {

/// Without its byte order mark. A problem where bytes are no UTF-8 or UTF-16, or NUL, or where the XML declaration
/// names another encoding. The bytes decide which of the two it is: tools that save a file again leave the declaration
/// alone.
std::expected<std::string, XmlProblem> utf8_source_of(std::string_view document);

}  // namespace rehome
