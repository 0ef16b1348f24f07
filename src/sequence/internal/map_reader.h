// SPDX-License-Identifier: Apache-2.0
#pragma once
// Takes the values of one map of a sequence's file, by their names and of their kinds. Each mistake is said with its
// place, and reading goes on with the value's default; a name that nobody took is said at the end.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/yaml.h"
#include "sequence/internal/source_text.h"

namespace rehome::sequence {

Place place_of(YamlPosition position);

class MapReader {
 public:
  /// `what` is for messages: "a step". Where `node` is no map that is said, and everything is missing.
  MapReader(const YamlNode& node, std::string what, SourceText& source);

  /// The value of that name; null where there is none.
  const YamlNode* take(std::string_view name);
  bool has(std::string_view name) const;
  /// "" where it is missing; a mistake where it is no text.
  Text take_text(std::string_view name);
  /// take_text() where it must be there.
  Text take_needed_text(std::string_view name);
  bool take_truth(std::string_view name);
  int take_number(std::string_view name, int lowest, int highest, int otherwise);
  /// "30s", "10m", "12h", "7d", "0".
  std::optional<std::chrono::seconds> take_duration(std::string_view name);
  std::vector<int> take_numbers(std::string_view name, std::vector<int> otherwise);
  /// Each name of the map with its value.
  std::vector<Assignment> take_assignments(std::string_view name);

  /// Says each name that was not taken. `known`: those that could stand here.
  void finish();

  Place place() const { return place_of(node_.position); }
  SourceText& source() { return source_; }

 private:
  std::optional<int> number(const YamlNode& node, std::string_view name, int lowest, int highest);

  const YamlNode& node_;
  std::string what_;
  SourceText& source_;
  std::vector<std::string_view> asked_;
};

/// A text, a number or a truth as it is written; nullopt, and said, where it is a list or a map.
std::optional<Text> read_text(const YamlNode& node, std::string_view name, SourceText& source);

}  // namespace rehome::sequence
