// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads one YAML document (1.2, by yaml-cpp) into nodes with positions. Only what people write configuration with: no
// anchors, aliases, tags or keys that are no text, no name twice in one map; size, depth and count are limited. What a
// text means (number, truth) is the reader's matter. Any thread may read. Task sequences are its first user.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace rehome {

struct YamlPosition {
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1, in bytes
};

struct YamlMember;

struct YamlNode {
  enum class Kind : std::uint8_t { nothing, text, list, map };
  Kind kind = Kind::nothing;
  YamlPosition position;
  std::string text;
  std::vector<YamlNode> items;      // of a list
  std::vector<YamlMember> members;  // of a map, in their order
};

struct YamlMember {
  std::string name;
  YamlPosition position;
  YamlNode value;
};

struct YamlProblem {
  YamlPosition position;
  std::string message;  // one sentence without a final stop
};

struct YamlLimits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t depth = 64;
  std::size_t nodes = 100'000;
};

/// The document, or the first thing that makes it none. UTF-8, with or without a byte order mark.
std::expected<YamlNode, YamlProblem> read_yaml(std::string_view document, YamlLimits limits = {});

}  // namespace rehome
