// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/map_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "base/core/suggestion.h"
#include "model/outcome.h"

namespace rehome::sequence {

namespace {

constexpr std::array<std::pair<char, int>, 4> kUnits = {{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}}};
constexpr int kMostOfAUnit = 100'000;

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::seconds> duration_of(std::string_view text) {
  if (text == "0") return std::chrono::seconds(0);
  const auto unit = std::ranges::find(kUnits, text.empty() ? ' ' : text.back(), &std::pair<char, int>::first);
  if (unit == kUnits.end()) return std::nullopt;
  const std::optional<int> count = number_of(text.substr(0, text.size() - 1));
  if (!count || *count < 0 || *count > kMostOfAUnit) return std::nullopt;
  return std::chrono::seconds(std::int64_t{*count} * unit->second);
}

}  // namespace

Place place_of(YamlPosition position) { return {.line = position.line, .column = position.column}; }

std::optional<Text> read_text(const YamlNode& node, std::string_view name, SourceText& source) {
  if (node.kind == YamlNode::Kind::text) return Text{.place = place_of(node.position), .text = node.text};
  source.error(place_of(node.position), fmt::format("{} has to be a text", name));
  return std::nullopt;
}

MapReader::MapReader(const YamlNode& node, std::string what, SourceText& source)
    : node_(node), what_(std::move(what)), source_(source) {
  if (node.kind != YamlNode::Kind::map)
    source_.error(place(), what_ + " is written as names with values, \"name: value\"");
}

bool MapReader::has(std::string_view name) const {
  return std::ranges::find(node_.members, name, &YamlMember::name) != node_.members.end();
}

const YamlNode* MapReader::take(std::string_view name) {
  asked_.push_back(name);
  const auto found = std::ranges::find(node_.members, name, &YamlMember::name);
  return found == node_.members.end() ? nullptr : &found->value;
}

Text MapReader::take_text(std::string_view name) {
  const YamlNode* node = take(name);
  if (node == nullptr) return {.place = place(), .text = {}};
  return read_text(*node, name, source_).value_or(Text{.place = place_of(node->position), .text = {}});
}

Text MapReader::take_needed_text(std::string_view name) {
  if (!has(name)) source_.error(place(), fmt::format("{} needs \"{}\"", what_, name));
  Text text = take_text(name);
  if (has(name) && text.text.empty()) source_.error(text.place, fmt::format("{} is empty", name));
  return text;
}

bool MapReader::take_truth(std::string_view name) {
  const YamlNode* node = take(name);
  if (node == nullptr || node->text == "false") return false;
  if (node->text != "true") source_.error(place_of(node->position), fmt::format("{} is true or false", name));
  return node->text == "true";
}

std::optional<int> MapReader::number(const YamlNode& node, std::string_view name, int lowest, int highest) {
  const std::optional<int> number = number_of(node.text);
  if (number && *number >= lowest && *number <= highest) return number;
  source_.error(place_of(node.position), fmt::format("{} is a number from {} to {}", name, lowest, highest));
  return std::nullopt;
}

int MapReader::take_number(std::string_view name, int lowest, int highest, int otherwise) {
  const YamlNode* node = take(name);
  return node == nullptr ? otherwise : number(*node, name, lowest, highest).value_or(otherwise);
}

std::optional<std::chrono::seconds> MapReader::take_duration(std::string_view name) {
  const YamlNode* node = take(name);
  if (node == nullptr) return std::nullopt;
  const std::optional<std::chrono::seconds> duration = duration_of(node->text);
  if (!duration) source_.error(place_of(node->position), fmt::format("{} says how long, as 30s, 10m, 12h or 1d", name));
  return duration;
}

std::vector<int> MapReader::take_numbers(std::string_view name, std::vector<int> otherwise) {
  const YamlNode* node = take(name);
  if (node == nullptr) return otherwise;
  if (node->kind != YamlNode::Kind::list) {
    source_.error(place_of(node->position), fmt::format("{} is a list of numbers, [0, 10]", name));
    return otherwise;
  }
  constexpr int kHighestCode = 65535;
  std::vector<int> numbers;
  for (const YamlNode& item : node->items) {
    if (const auto one = number(item, name, 0, kHighestCode)) numbers.push_back(*one);
  }
  return numbers;
}

std::vector<Assignment> MapReader::take_assignments(std::string_view name) {
  const YamlNode* node = take(name);
  if (node == nullptr) return {};
  std::vector<Assignment> assignments;
  const MapReader checked(*node, std::string(name), source_);
  for (const YamlMember& member : node->members) {
    if (auto value = read_text(member.value, member.name, source_)) {
      assignments.push_back({.name = member.name, .place = place_of(member.position), .value = std::move(*value)});
    }
  }
  return assignments;
}

void MapReader::finish() {
  for (const YamlMember& member : node_.members) {
    if (std::ranges::find(asked_, member.name) != asked_.end()) continue;
    source_.error(place_of(member.position),
                  fmt::format("{} has no \"{}\"{}", what_, printable(member.name), did_you_mean(member.name, asked_)));
  }
}

}  // namespace rehome::sequence
