// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text of a sequence's file, and what is to be said about places in it.

#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.h"
#include "sequence/sequence.h"

namespace rehome::sequence {

class SourceText {
 public:
  SourceText(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

  void error(Place place, std::string message) { say(Severity::error, place, std::move(message)); }
  void warning(Place place, std::string message) { say(Severity::warning, place, std::move(message)); }

  bool has_errors() const { return rehome::has_errors(said_); }
  /// In the order of their places, each once.
  Diagnostics take();
  const std::string& file() const { return file_; }

 private:
  void say(Severity severity, Place place, std::string message);
  std::string_view line(std::uint32_t number) const;

  std::string file_;
  std::string_view text_;
  Diagnostics said_;
};

}  // namespace rehome::sequence
