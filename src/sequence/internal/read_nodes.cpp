// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/read_nodes.h"

#include <utility>

#include "sequence/internal/map_reader.h"
#include "sequence/internal/read_action.h"
#include "sequence/internal/read_condition.h"

namespace rehome::sequence {

namespace {

constexpr int kMostRetries = 30;  // and delay, as of Request State Store (C-F5)
constexpr std::chrono::seconds kLongestDelay{600};
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestDescription = 255;

void check_length(const Text& text, std::size_t most, SourceText& source) {
  if (text.text.size() <= most) return;
  source.error(text.place, "longer than " + std::to_string(most) + " bytes");
}

/// Of a group "group" is the name; a step has one of its own, or that of its kind.
Header read_header(MapReader& map, std::string_view name_key) {
  Header header{.place = map.place()};
  const Text name = map.take_text(name_key);
  check_length(name, kLongestName, map.source());
  header.name = name.text;
  const Text description = map.take_text("description");
  check_length(description, kLongestDescription, map.source());
  header.description = description.text;
  header.disabled = map.take_truth("disabled");
  header.continue_on_error = map.take_truth("continue-on-error");
  if (const YamlNode* condition = map.take("if")) header.condition = read_condition(*condition, map.source());
  header.variables = map.take_assignments("variables");
  return header;
}

Step read_step(MapReader& map) {
  Step step{.header = read_header(map, "name"), .action = read_action(map)};
  if (step.header.name.empty()) step.header.name = name_of(step.action);
  step.retries = map.take_number("retries", 0, kMostRetries, 0);
  step.retry_delay = map.take_duration("retry-delay").value_or(step.retry_delay);
  if (step.retry_delay > kLongestDelay) map.source().error(map.place(), "retry-delay is 10m at most");
  step.time_limit = map.take_duration("time-limit");
  if (step.time_limit == std::chrono::seconds(0))
    map.source().error(map.place(), "a time-limit of 0 lets nothing be done");
  return step;
}

Group read_group(MapReader& map) {
  Group group{.header = read_header(map, "group")};
  if (group.header.name.empty()) map.source().error(map.place(), "a group needs a name, \"group: NAME\"");
  if (const YamlNode* nodes = map.take("steps")) group.nodes = read_nodes(*nodes, map.source());
  if (group.nodes.empty()) map.source().error(map.place(), "a group without steps");
  return group;
}

}  // namespace

std::vector<Node> read_nodes(const YamlNode& node, SourceText& source) {
  if (node.kind != YamlNode::Kind::list)
    source.error(place_of(node.position), "steps is a list, each beginning with \"- \"");
  std::vector<Node> nodes;
  for (const YamlNode& item : node.items) {
    MapReader map(item, "a step", source);
    if (map.has("group")) {
      MapReader group(item, "a group", source);
      nodes.emplace_back(read_group(group));
      group.finish();
    } else if (map.has("step")) {
      nodes.emplace_back(read_step(map));
      map.finish();
    } else if (item.kind == YamlNode::Kind::map) {
      source.error(map.place(), "neither a step (\"step: KIND\") nor a group (\"group: NAME\")");
    }
  }
  return nodes;
}

}  // namespace rehome::sequence
