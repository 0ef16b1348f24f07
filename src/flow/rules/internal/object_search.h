// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether something on the machine is like a pattern: what conditions and variables ask.

#include <optional>
#include <string>

#include "flow/rules/internal/evaluation.h"
#include "flow/rules/internal/pattern.h"

namespace rehome::rules {

struct SearchResult {
  Truth exists = Truth::no;
  /// The first object found: a path or key as text, without brackets.
  std::string object;
};

class ObjectSearch {
 public:
  ObjectSearch(Machine& machine, const Account* account, Budget& budget)
      : machine_(machine), account_(account), budget_(budget) {}

  /// `unknown` where the search would take too long. What the machine cannot look at (a bad sector, a volume that
  /// refuses root) counts as there: one bad object must neither stop a capture nor drop what depends on it. A path
  /// without brackets is also found when it names a file: conditions of real files are written like that. Of Ini
  /// patterns the file is found.
  SearchResult find(const Pattern& pattern);
  /// Also yes where that cannot be found out.
  bool is_folder(const MachinePath& path);

 private:
  SearchResult find_file(const Pattern& pattern);
  SearchResult find_in_one_folder(const Pattern& pattern);
  SearchResult find_child(const MachinePath& folder, const std::string& name, bool may_be_folder);
  SearchResult find_in_tree(const Pattern& pattern);
  SearchResult find_key(const Pattern& pattern);

  Machine& machine_;
  const Account* account_;
  Budget& budget_;
};

}  // namespace rehome::rules
