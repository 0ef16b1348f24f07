// SPDX-License-Identifier: Apache-2.0
#pragma once
// What evaluating needs everywhere: the machine, for whom, and how much work rules may cause.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/machine/machine.h"
#include "flow/rules/internal/source_files.h"
#include "flow/rules/internal/syntax_tree.h"
#include "flow/rules/rules.h"

namespace rehome::rules {

/// Rules run once for the system and once for each account.
struct Pass {
  const Account* account = nullptr;  // null: the system

  Context context() const { return account == nullptr ? Context::system : Context::user; }
  std::string account_name() const { return account == nullptr ? std::string() : account->name; }
};

inline Context common(Context a, Context b) {
  return static_cast<Context>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}

inline bool holds(Context allowed, Context context) { return common(allowed, context) != Context::none; }

/// Named rules that refer to named rules that refer... double with every level, and a search may meet a whole disk.
class Budget {
 public:
  explicit Budget(std::size_t passes) : steps_left_(kSteps + passes * kStepsOfPass) {}

  /// For something at `place`. Throws Error(limit_exceeded).
  void spend_step(Place place);
  /// Where the last step was spent.
  Place place() const { return place_; }
  /// False when no more folders may be opened for conditions.
  bool spend_folder() { return folders_++ < kFolders; }

  static constexpr std::uint64_t kSteps = 1'000'000;
  static constexpr std::uint64_t kStepsOfPass = 100'000;
  static constexpr std::uint64_t kFolders = 200'000;

 private:
  std::uint64_t steps_left_;
  Place place_;
  std::uint64_t folders_ = 0;
};

class MachineVariables;
class UnknownVariables;

/// Of one call of compile().
struct EvaluationSetting {
  Machine& machine;
  std::span<const CapturedAccount> accounts;
  Side side = Side::capture;
  const SourceFiles& sources;
  Budget& budget;
  MachineVariables& variables;
  UnknownVariables& unknown_variables;
};

/// `unknown`: something that would have to be asked is not evaluated yet, or could not be found out.
enum class Truth : std::uint8_t { no, unknown, yes };

inline Truth operator!(Truth truth) {
  return truth == Truth::unknown ? Truth::unknown : truth == Truth::yes ? Truth::no : Truth::yes;
}
inline Truth both(Truth a, Truth b) { return a < b ? a : b; }
inline Truth either(Truth a, Truth b) { return a > b ? a : b; }

/// Why something is unknown.
struct Gap {
  Place place;
  std::string reason;  // "DoesFileVersionMatch is not supported yet"
};
using Gaps = std::vector<Gap>;

}  // namespace rehome::rules
