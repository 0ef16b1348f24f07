// SPDX-License-Identifier: Apache-2.0
#pragma once
// Compares a rule file with the table of elements (schema.h): unknown or misplaced elements, unknown, missing and wrong
// attributes, text where none belongs. What is wrong is taken out of the tree, so that the builders need not look.

#include "base/codec/xml.h"
#include "flow/rules/internal/diagnostic_log.h"

namespace rehome::rules {

/// `root` is a <migration>.
void check_shape(XmlElement& root, std::uint32_t file, DiagnosticLog& log);

/// Says what a document is that is no rule file, where it is known.
std::string describe_other_root(std::string_view name);

}  // namespace rehome::rules
