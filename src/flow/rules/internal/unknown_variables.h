// SPDX-License-Identifier: Apache-2.0
#pragma once
// Variables that a rule file uses and that have no value: nobody knows them, or the file itself is the reason. A place
// counts as wrong for an unknown variable only when that had no value in any pass: %HOME% has none for the system, and
// that is no mistake. What is wrong in the making of a variable counts as soon as something uses the variable.

#include <map>
#include <optional>
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
  /// The same for a text that a variable is made of. Returns what makes the variable's value a mistake where it gets
  /// none for that.
  std::optional<Place> note_of_variable(Place place, const Expansion& expansion, const Scope& scope);
  /// Anything else that is wrong at `place`; returns that.
  Place note_fault(Place place, const std::string& message, bool at_stake);
  void report(DiagnosticLog& log) const;

 private:
  struct Use {
    std::string variable;
    std::string suggestion;
    bool of_variable = false;  // in what a variable is made of
    bool is_used = false;      // that variable
    bool at_stake = false;
  };
  struct Fault {
    std::string message;
    bool at_stake = false;
  };
  std::optional<Place> fault_of(Place place, const Expansion& expansion, const Scope& scope, bool of_variable);
  void use(Place fault, bool at_stake);
  static void report(const Use& use, Place place, DiagnosticLog& log);

  std::map<Place, Use> unknown_;
  std::map<Place, Fault> faults_;
  std::set<Place> known_;
};

}  // namespace rehome::rules
