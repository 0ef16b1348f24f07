// SPDX-License-Identifier: Apache-2.0
#pragma once
// Variables that a rule file uses and nobody knows. A place counts as wrong only when its variable had no value in any
// pass: %HOME% has none for the system, and that is no mistake.

#include <map>
#include <set>
#include <string>

#include "flow/rules/internal/diagnostic_log.h"
#include "flow/rules/internal/variables.h"

namespace rehome::rules {

class UnknownVariables {
 public:
  /// `expansion` is of a text at `place`, with the variables of `scope`. `at_stake`: data could be left behind when
  /// the text means nothing.
  void note(Place place, const Expansion& expansion, const Scope& scope, bool at_stake);
  void report(DiagnosticLog& log) const;

 private:
  struct Use {
    std::string variable;
    std::string suggestion;
    bool at_stake = false;
  };
  std::map<Place, Use> unknown_;
  std::set<Place> known_;
};

}  // namespace rehome::rules
