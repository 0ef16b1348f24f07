// SPDX-License-Identifier: Apache-2.0
#pragma once
// Comma-separated values as RFC 4180 has them: fields may be quoted, "" is a quote in a quoted field, lines end in LF
// or CRLF. Lines with nothing on them are passed over.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::site {

struct CsvRecord {
  std::int64_t line = 0;  // where it begins, from 1
  std::vector<std::string> fields = {};
};

/// Error(invalid_argument) names the line of a quote that is never closed or is followed by something.
std::vector<CsvRecord> parse_csv(std::string_view text);

}  // namespace rehome::site
