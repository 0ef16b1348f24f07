// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <functional>

#include "base/core/suggestion.h"
#include "base/core/words.h"
#include "model/outcome.h"
#include "sequence/expand.h"
#include "sequence/internal/check.h"
#include "sequence/internal/planned_step.h"
#include "sequence/internal/texts.h"
#include "sequence/variables.h"

namespace rehome::sequence {

namespace {

using Assignments = std::vector<Assignment>;

void for_each_header(const std::vector<Node>& nodes, const std::function<void(const Header&)>& take) {
  for (const Node& node : nodes) {
    std::visit([&](const auto& one) { take(one.header); }, node);
    if (const auto* group = std::get_if<Group>(&node)) for_each_header(group->nodes, take);
  }
}

class VariableCheck {
 public:
  VariableCheck(const Sequence& sequence, SourceText& source) : sequence_(sequence), source_(source) {
    for (const Text& needed : sequence.needs) names_.push_back(needed.text);
    add(sequence.variables);
    for_each_header(sequence.nodes, [&](const Header& header) { add(header.variables); });
    for (const KnownVariable& known : known_variables()) names_.push_back(known.name);
  }

  void run() {
    for (const Assignment& assignment : sequence_.variables) {
      check_for_itself(assignment);
      check(assignment);
    }
    for_each_header(sequence_.nodes, [&](const Header& header) {
      for (const Assignment& assignment : header.variables) check(assignment);
      check(header.condition);
    });
    for (const PlannedStep& planned : steps_in_order(sequence_)) {
      Action action = planned.step->action;
      for_each_text(action, [&](const Text& text) { check(text); });
    }
  }

 private:
  void add(const Assignments& assignments) {
    for (const Assignment& assignment : assignments) names_.push_back(assignment.name);
  }

  void check(const Assignment& assignment) {
    const KnownVariable* known = find_known_variable(assignment.name);
    if (known == nullptr) {
      warn_of_near_miss(assignment);
    } else if (known->use == VariableUse::engine) {
      source_.error(assignment.place, fmt::format("{} is set by this program alone", known->name));
    } else if (known->use == VariableUse::no_effect) {
      source_.warning(assignment.place, fmt::format("{} has no effect here", known->name));
    } else if (known->is_secret) {
      source_.error(assignment.place,
                    fmt::format("{} is a secret, and this file is none: give it with --variables, and "
                                "name it under \"needs\"",
                                known->name));
    }
    check(assignment.value);
  }

  /// In a step a variable may be made of what it had before; here it had nothing.
  void check_for_itself(const Assignment& assignment) {
    for (const std::string& name : variables_in(assignment.value.text)) {
      if (same_word(name, assignment.name)) {
        source_.error(assignment.value.place, fmt::format("{} refers to itself", printable(name)));
      }
    }
  }

  /// A name of their own is everybody's right, but not one that looks like a variable that exists.
  void warn_of_near_miss(const Assignment& assignment) {
    std::vector<std::string_view> known;
    for (const KnownVariable& each : known_variables()) known.push_back(each.name);
    if (nearest(assignment.name, known).empty()) return;
    source_.warning(assignment.place, fmt::format("no step reads the variable {}{}", printable(assignment.name),
                                                  did_you_mean(assignment.name, known)));
  }

  void check(const Condition& condition) {
    for (const Condition& part : condition.parts) check(part);
    if (!condition.variable.empty()) check_name(condition.variable, condition.place);
    check(condition.operand);
  }

  void check(const Text& text) {
    for (const std::string& name : variables_in(text.text)) check_name(name, text.place);
  }

  void check_name(std::string_view name, Place place) {
    for (const std::string_view known : names_) {
      if (same_word(known, name)) return;
    }
    source_.error(place, fmt::format("nothing sets the variable {}{}; name it under \"needs\" if it is given at the "
                                     "start, and write a percent sign as %%",
                                     printable(name), did_you_mean(name, names_)));
  }

  const Sequence& sequence_;
  SourceText& source_;
  std::vector<std::string_view> names_;  // that can have a value
};

}  // namespace

void check_variables(const Sequence& sequence, SourceText& source) { VariableCheck(sequence, source).run(); }

}  // namespace rehome::sequence
