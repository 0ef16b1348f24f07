// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/read_condition.h"

#include <array>
#include <utility>

#include "sequence/internal/map_reader.h"

namespace rehome::sequence {

namespace {

using Kind = Condition::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 3> kOfParts = {
    {{"all", Kind::all}, {"any", Kind::any}, {"none", Kind::none}}};
constexpr std::array<std::pair<std::string_view, Kind>, 4> kComparisons = {
    {{"is", Kind::is}, {"is-not", Kind::is_not}, {"at-least", Kind::at_least}, {"at-most", Kind::at_most}}};
constexpr std::array<std::pair<std::string_view, Kind>, 2> kPaths = {{{"file", Kind::file}, {"folder", Kind::folder}}};

std::vector<Condition> read_parts(const YamlNode& node, SourceText& source) {
  std::vector<Condition> parts;
  if (node.kind != YamlNode::Kind::list) source.error(place_of(node.position), "a list of conditions belongs here");
  for (const YamlNode& item : node.items) parts.push_back(read_condition(item, source));
  return parts;
}

/// "variable: NAME", alone or with what its value is compared with.
Condition read_comparison(MapReader& map) {
  Condition condition{.kind = Kind::is_set, .place = map.place(), .variable = map.take_needed_text("variable").text};
  for (const auto& [name, kind] : kComparisons) {
    const bool is_second = condition.kind != Kind::is_set;
    if (!map.has(name)) {
      map.take(name);
      continue;
    }
    if (is_second) map.source().error(map.place(), "one comparison is enough: put two conditions in a list");
    condition.kind = kind;
    condition.operand = map.take_text(name);
  }
  return condition;
}

Condition read_one(MapReader& map) {
  for (const auto& [name, kind] : kOfParts) {
    if (const YamlNode* parts = map.take(name)) {
      return {.kind = kind, .place = map.place(), .parts = read_parts(*parts, map.source())};
    }
  }
  for (const auto& [name, kind] : kPaths) {
    if (map.has(name)) return {.kind = kind, .place = map.place(), .operand = map.take_needed_text(name)};
    map.take(name);
  }
  return read_comparison(map);
}

}  // namespace

Condition read_condition(const YamlNode& node, SourceText& source) {
  if (node.kind == YamlNode::Kind::list) {
    return {.kind = Kind::all, .place = place_of(node.position), .parts = read_parts(node, source)};
  }
  MapReader map(node, "a condition", source);
  if (node.kind != YamlNode::Kind::map) return {};
  Condition condition = read_one(map);
  map.finish();
  return condition;
}

}  // namespace rehome::sequence
