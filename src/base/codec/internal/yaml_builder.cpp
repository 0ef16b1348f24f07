// SPDX-License-Identifier: Apache-2.0
#include "base/codec/internal/yaml_builder.h"

#include <algorithm>
#include <yaml-cpp/mark.h>

namespace rehome {

namespace {

[[noreturn]] void refuse(YamlPosition position, std::string why) {
  throw YamlBuilder::Refusal{{.position = position, .message = std::move(why)}};
}

YamlNode node_at(YamlPosition position, YamlNode::Kind kind) {
  YamlNode node;
  node.kind = kind;
  node.position = position;
  return node;
}

/// How yaml-cpp names what is written plainly, and what is in quotation marks.
bool is_written_without_tag(const std::string& tag) { return tag.empty() || tag == "?" || tag == "!"; }

}  // namespace

YamlPosition position_of(const YAML::Mark& mark) {
  return {.line = static_cast<std::uint32_t>(mark.line) + 1, .column = static_cast<std::uint32_t>(mark.column) + 1};
}

void YamlBuilder::check(YamlPosition position, const std::string& tag, YAML::anchor_t anchor) {
  if (anchor != 0) refuse(position, "anchors (&) are not understood: write it out where it is needed");
  if (!is_written_without_tag(tag)) refuse(position, "tags (!) are not understood");
  if (++nodes_ > limits_.nodes) refuse(position, "more than " + std::to_string(limits_.nodes) + " values");
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (nodes_ > 0) refuse(position_of(mark), "a second document begins here: one is enough");
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) {
  refuse(position_of(mark), "aliases (*) are not understood: write it out where it is needed, or put it in quotes");
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const YamlPosition position = position_of(mark);
  check(position, "", anchor);
  add(node_at(position, YamlNode::Kind::nothing));
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  const YamlPosition position = position_of(mark);
  check(position, tag, anchor);
  YamlNode node = node_at(position, YamlNode::Kind::text);
  node.text = value;
  add(std::move(node));
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value /*style*/) {
  const YamlPosition position = position_of(mark);
  check(position, tag, anchor);
  open(node_at(position, YamlNode::Kind::list));
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  const YamlPosition position = position_of(mark);
  check(position, tag, anchor);
  open(node_at(position, YamlNode::Kind::map));
}

void YamlBuilder::OnSequenceEnd() { close(); }

void YamlBuilder::OnMapEnd() { close(); }

void YamlBuilder::open(YamlNode node) {
  if (open_.size() >= limits_.depth) {
    refuse(node.position, "nested deeper than " + std::to_string(limits_.depth) + " levels");
  }
  open_.emplace_back().node = std::move(node);
}

void YamlBuilder::close() {
  YamlNode node = std::move(open_.back().node);
  open_.pop_back();
  add(std::move(node));
}

void YamlBuilder::add(YamlNode node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& in = open_.back();
  if (in.node.kind == YamlNode::Kind::list) {
    in.node.items.push_back(std::move(node));
  } else if (in.name.empty()) {
    begin_member(std::move(node));
  } else {
    // A value that is missing is missed where its name is, not where the next thing begins.
    if (node.kind == YamlNode::Kind::nothing) node.position = in.name.front().position;
    in.name.front().value = std::move(node);
    in.node.members.push_back(std::move(in.name.front()));
    in.name.clear();
  }
}

void YamlBuilder::begin_member(YamlNode name) {
  Open& in = open_.back();
  if (name.kind != YamlNode::Kind::text) refuse(name.position, "a name must stand before ':', and be a text");
  if (std::ranges::find(in.node.members, name.text, &YamlMember::name) != in.node.members.end()) {
    refuse(name.position, "\"" + name.text + "\" is here twice");
  }
  in.name.push_back({.name = std::move(name.text), .position = name.position, .value = {}});
}

}  // namespace rehome
