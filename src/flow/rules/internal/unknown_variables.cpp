// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/unknown_variables.h"

#include "base/core/suggestion.h"
#include "flow/rules/internal/pattern.h"

namespace rehome::rules {

void UnknownVariables::note(Place place, const Expansion& expansion, const Scope& scope, bool at_stake) {
  if (auto fault = fault_of(place, expansion, scope, false)) use(*fault, at_stake);
}

std::optional<Place> UnknownVariables::note_of_variable(Place place, const Expansion& expansion, const Scope& scope) {
  return fault_of(place, expansion, scope, true);
}

Place UnknownVariables::note_fault(Place place, const std::string& message, bool at_stake) {
  Fault& fault = faults_.try_emplace(place, message).first->second;
  fault.at_stake = fault.at_stake || at_stake;
  return place;
}

std::optional<Place> UnknownVariables::fault_of(Place place, const Expansion& expansion, const Scope& scope,
                                                bool of_variable) {
  if (expansion.fault) return expansion.fault;
  if (expansion.too_long) {
    return note_fault(
        place, "with its variables replaced this is longer than " + std::to_string(kPatternBytes) + " bytes", false);
  }
  if (expansion.is_awaited) {
    return note_fault(
        place,
        "%" + expansion.unknown + "% is used here before it has a value: variables get theirs in the order of the file",
        false);
  }
  // A variable of the file without a value here: an application that this account does not use, for instance.
  if (expansion.unknown.empty() || expansion.is_declared) {
    known_.insert(place);
    return std::nullopt;
  }
  auto [entry, is_new] = unknown_.try_emplace(place);
  if (is_new) {
    entry->second.variable = expansion.unknown;
    entry->second.of_variable = of_variable;
    std::vector<std::string_view> names = variables_of_the_language();
    for (const std::string_view name : scope.names()) names.push_back(name);
    entry->second.suggestion = did_you_mean(expansion.unknown, names);
  }
  return place;
}

void UnknownVariables::use(Place fault, bool at_stake) {
  if (auto found = unknown_.find(fault); found != unknown_.end()) {
    found->second.is_used = true;
    found->second.at_stake = found->second.at_stake || at_stake;
  }
  if (auto found = faults_.find(fault); found != faults_.end()) {
    found->second.at_stake = found->second.at_stake || at_stake;
  }
}

void UnknownVariables::report(const Use& use, Place place, DiagnosticLog& log) {
  const std::string_view consequence =
      use.of_variable ? ", so what is made of it has no value" : ", so this matches nothing";
  if (is_variable_of_the_language(use.variable)) {
    // Files for every computer define more variables than one of them needs.
    if (use.of_variable && !use.is_used) return;
    log.note(place, "this computer has no %" + use.variable + "%" + std::string(consequence));
    return;
  }
  // A name so close to a known one is a typing error, and what was meant would be missing.
  const bool is_error = use.at_stake && !use.suggestion.empty();
  log.add(is_error ? Severity::error : Severity::warning, place,
          "unknown variable %" + use.variable + "%" + std::string(consequence) + use.suggestion);
}

void UnknownVariables::report(DiagnosticLog& log) const {
  for (const auto& [place, use] : unknown_) {
    if (!known_.contains(place)) report(use, place, log);
  }
  for (const auto& [place, fault] : faults_) {
    log.add(fault.at_stake ? Severity::error : Severity::warning, place, fault.message);
  }
}

}  // namespace rehome::rules
