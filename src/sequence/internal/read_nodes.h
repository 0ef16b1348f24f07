// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the steps and groups of a sequence.

#include <vector>

#include "base/codec/yaml.h"
#include "sequence/internal/source_text.h"

namespace rehome::sequence {

std::vector<Node> read_nodes(const YamlNode& node, SourceText& source);

}  // namespace rehome::sequence
