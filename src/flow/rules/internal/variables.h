// SPDX-License-Identifier: Apache-2.0
#pragma once
// Variables of rule files and their replacement in texts. Values are kept in the form of patterns: what comes from the
// machine is escaped, so that a bracket in somebody's home is not read as the beginning of a leaf, while a variable
// made by a rule file may hold any part of a pattern.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/words.h"
#include "flow/rules/internal/evaluation.h"

namespace rehome::rules {

/// What the machine or a file on it says is no value of a variable where it is longer than this, as a path is: whoever
/// wrote it, be it the user whose files are captured, could otherwise make patterns too long for everybody.
constexpr std::size_t kVariableBytes = 4096;

/// The variables of one component or role; those around it are seen too. Must not outlive `outer`.
class Scope {
 public:
  explicit Scope(const Scope* outer = nullptr) : outer_(outer) {}

  void define(std::string_view name, std::string pattern_text);
  /// Such a variable follows: whoever uses it before it was defined or left empty is too early.
  void announce(std::string_view name);
  /// There is such a variable, but not here and now: patterns with it match nothing. That is no mistake, except where
  /// `fault` says which place of the rule files is wrong.
  void leave_empty(std::string_view name, std::optional<Place> fault = std::nullopt);

  struct Found {
    bool declared = false;
    bool awaited = false;  // announced, and nothing more
    std::optional<Place> fault;
    std::optional<std::string> value;
  };
  Found find(std::string_view name) const;
  /// For suggestions.
  std::vector<std::string_view> names() const;

 private:
  struct Variable {
    std::optional<std::string> value;
    bool awaited = false;
    std::optional<Place> fault;
  };
  const Scope* outer_;
  WordMap<Variable> variables_;
};

/// The variables of the machine, each asked for once: finding a known folder may cost a dozen system calls.
class MachineVariables {
 public:
  explicit MachineVariables(Machine& machine) : machine_(machine) {}
  const std::optional<std::string>& find(std::string_view name, const Account* account);

 private:
  Machine& machine_;
  std::map<const Account*, WordMap<std::optional<std::string>>> known_;
};

struct Expansion {
  std::optional<std::string> text;  // nothing when a variable has no value, or it grew too long
  std::string unknown;              // the variable without a value
  bool is_declared = false;         // by the rule files
  bool is_awaited = false;          // by the rule files, but further below
  std::optional<Place> fault;       // why it has no value, where that is a mistake
  bool too_long = false;
};

class Expander {
 public:
  Expander(const EvaluationSetting& setting, const Account* account, const Scope& scope)
      : machine_(setting.variables), account_(account), scope_(scope) {}

  /// `text` and the result are in the form of patterns.
  Expansion expand(std::string_view text) const;
  /// `text` and the result mean themselves.
  Expansion expand_plain(std::string_view text) const;

  const Scope& scope() const { return scope_; }

 private:
  MachineVariables& machine_;
  const Account* account_;
  const Scope& scope_;
};

/// Whether the language knows a variable of this name, whatever this machine makes of it.
bool is_variable_of_the_language(std::string_view name);
std::vector<std::string_view> variables_of_the_language();

}  // namespace rehome::rules
