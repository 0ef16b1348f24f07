// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is to be said about a place in a file that a person wrote (rules now; sequences later).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rehome {

enum class Severity { note, warning, error };
std::string_view name_of(Severity severity);

struct Diagnostic {
  Severity severity = Severity::error;
  std::string file;
  std::uint32_t line = 0;    // from 1; 0: the whole file
  std::uint32_t column = 0;  // from 1, in bytes
  std::string message;       // one sentence without a final stop
  std::string source_line;   // the text of that line, without its end
};
using Diagnostics = std::vector<Diagnostic>;

/// "rules.xml:12:8: error: message\n  12 | <the line>\n     |        ^".
std::string to_text(const Diagnostic& diagnostic);
bool has_errors(const Diagnostics& diagnostics);

}  // namespace rehome
