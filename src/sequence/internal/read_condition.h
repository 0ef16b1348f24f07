// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads "if": one condition, or a list of which all must hold.

#include "base/codec/yaml.h"
#include "sequence/internal/source_text.h"

namespace rehome::sequence {

Condition read_condition(const YamlNode& node, SourceText& source);

}  // namespace rehome::sequence
