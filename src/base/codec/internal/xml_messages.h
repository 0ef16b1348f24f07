// SPDX-License-Identifier: Apache-2.0
#pragma once
// Says in our words, and points to the byte at which a person would look, what libxml2 found wrong.

#include <cstdint>
#include <libxml/xmlerror.h>
#include <string>
#include <string_view>

namespace rehome {

struct XmlErrorSite {
  std::string_view source;
  std::size_t offset = 0;      // where the parser stood
  std::string_view open_name;  // of the innermost open element; empty when there is none
  std::uint32_t open_line = 0;
};

struct XmlErrorText {
  std::size_t offset = 0;
  std::string message;
};

XmlErrorText describe_error(const xmlError& error, const XmlErrorSite& site);

}  // namespace rehome
