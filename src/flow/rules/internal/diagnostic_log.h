// SPDX-License-Identifier: Apache-2.0
#pragma once
// Collects what is to be said about rule files: each thing once, in the order of the files, and not without end.

#include <set>
#include <string>
#include <tuple>

#include "flow/rules/internal/source_files.h"
#include "model/diagnostic.h"

namespace rehome::rules {

class DiagnosticLog {
 public:
  explicit DiagnosticLog(const SourceFiles& files) : files_(files) {}

  void error(Place place, std::string message) { add(Severity::error, place, std::move(message)); }
  void warning(Place place, std::string message) { add(Severity::warning, place, std::move(message)); }
  void note(Place place, std::string message) { add(Severity::note, place, std::move(message)); }
  void add(Severity severity, Place place, std::string message);

  /// Sorted by place. When there were more than kLimit, the last says how many more, as severe as the worst of them.
  Diagnostics take();

  static constexpr std::size_t kLimit = 1000;

 private:
  const SourceFiles& files_;
  std::set<std::tuple<Place, Severity, std::string>> entries_;
  std::size_t dropped_ = 0;
  Severity worst_dropped_ = Severity::note;
};

}  // namespace rehome::rules
