// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the known folders of one account land, beside where its settings may say that they are. A place is a value of
// UserDirs: beneath the home, or absolute. Any thread.

#include <string>

#include "base/machine/known_folder.h"
#include "flow/load/internal/territory.h"

namespace rehome::load {

class AccountFolders {
 public:
  /// `account` must be one that the territory holds.
  AccountFolders(const Territory& territory, FileTree& files, AccountNumber account)
      : territory_(territory), files_(files), account_(account) {}

  MachinePath path_of(KnownFolder folder) const;
  /// As settings would say it.
  std::string place_of(KnownFolder folder) const;
  /// Whether `place` leads to where the folder lands.
  bool is_at(const std::string& place, KnownFolder folder) const;

 private:
  Target target_of(KnownFolder folder) const;

  const Territory& territory_;
  FileTree& files_;
  AccountNumber account_;
};

/// "$HOME/Documents", "/data/docs"; for people.
std::string place_text(const std::string& place);

}  // namespace rehome::load
