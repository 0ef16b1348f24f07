// SPDX-License-Identifier: Apache-2.0
#pragma once
// Rule files, parsed and checked, independent of any machine: made by parse(), used by compile() as often as there are
// machines. Immutable.

#include <vector>

#include "flow/rules/internal/source_files.h"
#include "flow/rules/internal/syntax_tree.h"
#include "flow/rules/rules.h"

namespace rehome::rules {

class RuleSet {
 public:
  RuleSet(SourceFiles sources, std::vector<MigrationFile> files)
      : sources_(std::move(sources)), files_(std::move(files)) {}

  const SourceFiles& sources() const { return sources_; }
  const std::vector<MigrationFile>& files() const { return files_; }

 private:
  SourceFiles sources_;
  std::vector<MigrationFile> files_;
};

}  // namespace rehome::rules
