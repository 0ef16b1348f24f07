// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/unknown_variables.h"

#include "base/core/suggestion.h"

namespace rehome::rules {

void UnknownVariables::note(Place place, const Expansion& expansion, const Scope& scope, bool at_stake) {
  // A variable of the file without a value here: an application that this account does not use, for instance.
  if (expansion.unknown.empty() || expansion.is_declared) {
    known_.insert(place);
    return;
  }
  auto [entry, is_new] = unknown_.try_emplace(place);
  entry->second.at_stake = entry->second.at_stake || at_stake;
  if (!is_new) return;
  entry->second.variable = expansion.unknown;
  std::vector<std::string_view> names = variables_of_the_language();
  for (const std::string_view name : scope.names()) names.push_back(name);
  entry->second.suggestion = did_you_mean(expansion.unknown, names);
}

void UnknownVariables::report(DiagnosticLog& log) const {
  for (const auto& [place, use] : unknown_) {
    if (known_.contains(place)) continue;
    if (is_variable_of_the_language(use.variable)) {
      log.note(place, "this computer has no %" + use.variable + "%, so this matches nothing");
      continue;
    }
    // A name so close to a known one is a typing error, and what was meant would be missing.
    const bool is_error = use.at_stake && !use.suggestion.empty();
    log.add(is_error ? Severity::error : Severity::warning, place,
            "unknown variable %" + use.variable + "%, so this matches nothing" + use.suggestion);
  }
}

}  // namespace rehome::rules
