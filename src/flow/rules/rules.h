// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage one: rules. In: migration XML files and one machine with its selected accounts. Out: a Plan (model/plan.h)
// that scan, load and `rehome explain` ask, and diagnostics for the person who wrote the files.
// Language: docs/rules-language.md. Called by programs, on one thread; the Plan may then be used by many.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/machine/machine.h"
#include "model/capture.h"
#include "model/diagnostic.h"
#include "model/plan.h"

namespace rehome::rules {

struct RuleFile {
  std::string name;  // for diagnostics: as the user gave it
  std::string text;
};

/// Parsed and checked, independent of any machine. Defined in rule_set.h.
class RuleSet;

struct ParsedRules {
  std::shared_ptr<const RuleSet> rules;  // what could be understood; never null
  Diagnostics diagnostics;               // of all files, in their order
};

/// A well-formedness error ends its file; every other mistake is reported and the rest is read.
ParsedRules parse(std::span<const RuleFile> files);

enum class Side { capture, restore };

struct CompiledRules {
  std::unique_ptr<Plan> plan;
  /// Found while evaluating on this machine. On the capture side an error here means that going on could silently
  /// drop data: the program stops.
  Diagnostics diagnostics;
  struct Component {
    std::string display_name;
    std::string account;  // empty: system context
    bool detected = false;
  };
  std::vector<Component> components;
};

/// Evaluates contexts, variables, detection and conditions for the system and for each account, and compiles what
/// remains into one automaton over path components.
CompiledRules compile(const RuleSet& rules, Machine& machine, std::span<const CapturedAccount> accounts, Side side);

}  // namespace rehome::rules
