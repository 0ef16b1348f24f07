// SPDX-License-Identifier: Apache-2.0
#pragma once
// From elements to the syntax tree, one source file per group of elements. The tree of elements went through
// check_shape() first. What cannot be understood is reported and left out.

#include <optional>

#include "flow/rules/internal/element_reader.h"
#include "flow/rules/internal/syntax_tree.h"

namespace rehome::rules {

// build_conditions.cpp
std::optional<ConditionNode> build_condition(const XmlElement& element, ElementReader& reader);
ConditionsNode build_conditions(const XmlElement& element, ElementReader& reader);
DetectionNode build_detection(const XmlElement& element, ElementReader& reader);
DetectNode build_detect(const XmlElement& element, ElementReader& reader);
DetectsNode build_detects(const XmlElement& element, ElementReader& reader);

// build_objects.cpp
ObjectSetNode build_object_set(const XmlElement& element, ElementReader& reader);
EnvironmentNode build_environment(const XmlElement& element, ElementReader& reader);

// build_rules.cpp
RulesNode build_rules(const XmlElement& element, ElementReader& reader);

// build_components.cpp
MigrationFile build_migration(const XmlElement& element, ElementReader& reader);

}  // namespace rehome::rules
