// SPDX-License-Identifier: Apache-2.0
// Any bytes must give a value or an Error; a value written and read again is the same text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/codec/json.h"
#include "base/core/check.h"
#include "base/core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  rehome::Json value;
  try {
    value = rehome::parse_json(text, "the input", {.bytes = 1 << 16, .depth = 20, .values = 5000});
  } catch (const rehome::Error& error) {
    rehome::check(!error.message().empty(), "a refusal says why");
    return 0;
  }
  const std::string written = rehome::to_text(value);
  rehome::check(rehome::to_text(rehome::parse_json(written, "our own text")) == written, "written text reads the same");
  return 0;
}
