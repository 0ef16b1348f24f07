// SPDX-License-Identifier: Apache-2.0
#include "sequence/read.h"

#include "base/codec/yaml.h"
#include "sequence/internal/check.h"
#include "sequence/internal/map_reader.h"
#include "sequence/internal/read_nodes.h"

namespace rehome::sequence {

namespace {

std::vector<Text> read_needs(MapReader& map) {
  std::vector<Text> needs;
  const YamlNode* node = map.take("needs");
  if (node == nullptr) return needs;
  if (node->kind != YamlNode::Kind::list) map.source().error(place_of(node->position), "needs is a list of names");
  for (const YamlNode& item : node->items) {
    if (auto name = read_text(item, "the name of a variable", map.source())) needs.push_back(std::move(*name));
  }
  return needs;
}

Sequence read_document(const YamlNode& root, SourceText& source) {
  MapReader map(root, "a sequence", source);
  Sequence sequence{.file = source.file()};
  if (root.kind != YamlNode::Kind::map) return sequence;
  sequence.name = map.take_needed_text("sequence").text;
  sequence.description = map.take_text("description").text;
  sequence.needs = read_needs(map);
  sequence.variables = map.take_assignments("variables");
  const YamlNode* steps = map.take("steps");
  if (steps != nullptr) sequence.nodes = read_nodes(*steps, source);
  map.finish();
  if (steps == nullptr) source.error(map.place(), "a sequence needs \"steps\"");
  return sequence;
}

}  // namespace

ReadSequence read_sequence(const std::string& file, std::string_view text) {
  SourceText source(file, text);
  const auto root = read_yaml(text);
  if (!root) {
    source.error(place_of(root.error().position), root.error().message);
    return {.sequence = {.file = file}, .diagnostics = source.take()};
  }
  ReadSequence read{.sequence = read_document(*root, source), .diagnostics = {}};
  if (!source.has_errors()) {
    check_variables(read.sequence, source);
    check_steps(read.sequence, source);
  }
  read.diagnostics = source.take();
  return read;
}

}  // namespace rehome::sequence
