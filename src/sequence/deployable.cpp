// SPDX-License-Identifier: Apache-2.0
#include "sequence/deployable.h"

#include <fmt/format.h>

#include "sequence/internal/source_text.h"
#include "sequence/signature.h"

namespace rehome::sequence {

ReadSequence read_deployed(const std::string& file, std::string_view text, const Values& variables) {
  if (text.size() > kLargestDeployedText) {
    SourceText source(file, {});
    source.error({.line = 1, .column = 1},
                 fmt::format("a deployed sequence has at most {} KiB", kLargestDeployedText / 1024));
    return {.sequence = {.file = file}, .diagnostics = source.take()};
  }
  ReadSequence read = read_sequence(file, text);
  SourceText source(file, text);
  for (const Text& needed : read.sequence.needs) {
    if (find_value(variables, needed.text)) continue;
    source.error(needed.place,
                 fmt::format("the variable {} has to be given (--set {}=VALUE)", needed.text, needed.text));
  }
  const Diagnostics missing = source.take();
  read.diagnostics.insert(read.diagnostics.end(), missing.begin(), missing.end());
  return read;
}

std::string errors_in(const Diagnostics& diagnostics) {
  std::string lines;
  for (const Diagnostic& one : diagnostics) {
    if (one.severity != Severity::error) continue;
    lines += fmt::format("{}{}:{}:{}: {}", lines.empty() ? "" : "\n", one.file, one.line, one.column, one.message);
  }
  return lines;
}

}  // namespace rehome::sequence
