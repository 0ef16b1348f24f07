// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/diagnostic_log.h"

#include <algorithm>

namespace rehome::rules {

void DiagnosticLog::add(Severity severity, Place place, std::string message) {
  if (entries_.size() < kLimit) {
    entries_.emplace(place, severity, std::move(message));
    return;
  }
  ++dropped_;
  worst_dropped_ = std::max(worst_dropped_, severity);
}

Diagnostics DiagnosticLog::take() {
  Diagnostics result;
  for (const auto& [place, severity, message] : entries_) {
    result.push_back({severity, files_.name(place.file), place.line, place.column, message,
                      std::string(files_.line(place.file, place.line))});
  }
  if (dropped_ > 0) {
    result.push_back({worst_dropped_, "", 0, 0, std::to_string(dropped_) + " more findings are not shown", ""});
  }
  return result;
}

}  // namespace rehome::rules
