// SPDX-License-Identifier: Apache-2.0
#pragma once
// References by name: whether each leads to a named element, and none leads back to itself. Files lend each other what
// they name. An element with a name that no named element has, but with children, stands for itself.

#include <vector>

#include "flow/rules/internal/diagnostic_log.h"
#include "flow/rules/internal/syntax_tree.h"

namespace rehome::rules {

/// Gives each file the named elements of the others, except where it has one of that name itself.
void share_named_elements(std::vector<MigrationFile>& files);

/// Reports references that lead nowhere, and definitions that refer to themselves; cuts the latter.
void check_references(MigrationFile& file, DiagnosticLog& log);

/// What `node` stands for: the definition it refers to, or itself.
const EnvironmentNode& resolve(const EnvironmentNode& node, const NamedElements& named);
const RulesNode& resolve(const RulesNode& node, const NamedElements& named);
const ConditionsNode& resolve(const ConditionsNode& node, const NamedElements& named);
const DetectionNode& resolve(const DetectionNode& node, const NamedElements& named);
const DetectsNode& resolve(const DetectsNode& node, const NamedElements& named);
const DetectNode& resolve(const DetectNode& node, const NamedElements& named);

}  // namespace rehome::rules
