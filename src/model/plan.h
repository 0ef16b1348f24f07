// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the rules say about one machine and some of its accounts, compiled: the port between rules (which implements
// it), scan (which walks with it), load (which asks about collisions) and `rehome explain`.
//
// A walker starts with start(), calls enter() for each folder it goes into, and asks about what it finds there. The
// cost of a call does not grow with the number of rules. All methods may be called from many threads.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/location.h"

namespace rehome {

/// What the automaton knows about a folder after its components from the root. Opaque; valid as long as the plan.
using PlanState = std::uint32_t;

enum class CollisionPolicy : std::uint8_t {
  rename_source,         // the default for files: the object lands as "name(1).ext"
  source_priority,       // replaces what is there
  destination_priority,  // is not written
};

struct RuleInfo {
  enum class Effect { include, exclude, unconditional_exclude, merge };
  Effect effect = Effect::include;
  std::string file;
  std::uint32_t line = 0;
  std::string component;  // display name
  std::string pattern;    // as written
  std::string expanded;   // with variables replaced, for the account it was expanded for
  std::string account;    // name; empty for the system
};

constexpr std::uint32_t kNoRule = UINT32_MAX;

struct Decision {
  bool included = false;
  std::uint32_t rule = kNoRule;  // the deciding rule, include or exclude; kNoRule: no rule mentions it
};

/// All rules that touch one path, in order of precedence within their component; `wins` marks the deciding ones.
struct Explanation {
  struct Line {
    std::uint32_t rule = kNoRule;
    bool wins = false;
  };
  Decision decision;
  std::vector<Line> lines;
};

class Plan {
 public:
  virtual ~Plan() = default;
  /// The state above all roots; enter() it with each component of a path: "home", "ann" — or "C:", "Users".
  virtual PlanState start() const = 0;
  virtual PlanState enter(PlanState folder, std::string_view name) const = 0;
  /// Whether anything in or below this folder can be included: else it need not be opened.
  virtual bool reaches_inside(PlanState folder) const = 0;
  /// Whether the folder itself is an object of the migration.
  virtual Decision decide_folder(PlanState folder) const = 0;
  /// Whether a file, link or other leaf in this folder is.
  virtual Decision decide_leaf(PlanState folder, std::string_view name) const = 0;
  virtual CollisionPolicy collision(PlanState folder, std::string_view leaf_name) const = 0;
  virtual const RuleInfo& rule(std::uint32_t number) const = 0;
  /// `path` is absolute; `is_folder` says whether the last component is one.
  virtual Explanation explain(std::string_view path, bool is_folder) const = 0;
  /// Folders that include rules name without a wildcard before them: what they lie on belongs to the scope.
  virtual std::vector<MachinePath> named_folders() const = 0;
};

/// Of the folder with this absolute path.
PlanState state_at(const Plan& plan, std::string_view path);

}  // namespace rehome
