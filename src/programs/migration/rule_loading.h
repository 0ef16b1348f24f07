// SPDX-License-Identifier: Apache-2.0
#pragma once
// The rules a command works with: the files it was given, or the pack that is built into the program.

#include <string>
#include <vector>

#include "base/codec/json.h"
#include "flow/rules/rules.h"
#include "programs/command/command.h"

namespace rehome::cli {

/// The Linux rule pack of rules/linux.xml, as it was when the program was built.
std::string_view built_in_rules();
constexpr const char* kBuiltInRulesName = "built-in:linux.xml";

/// Reads `paths`, or takes the built-in pack when there are none.
std::vector<rules::RuleFile> load_rule_files(const std::vector<std::string>& paths);

/// Prints what is wrong on stderr; throws Reported where a file has errors.
rules::ParsedRules parse_rules(const std::vector<rules::RuleFile>& files, Context& context);

/// Reads and parses. Prints what is wrong on stderr; throws Reported where a file has errors.
rules::ParsedRules load_rules(const std::vector<std::string>& paths, Context& context);

/// Prints diagnostics on stderr (warnings and notes only without --quiet).
void print_diagnostics(const Diagnostics& diagnostics, Context& context);

/// The same, and throws Reported where one is an error: the rules are wrong, or would drop data. With --json they are
/// on stdout too.
void print_and_check(const Diagnostics& diagnostics, Context& context);

Json to_json(const Diagnostics& diagnostics);

}  // namespace rehome::cli
