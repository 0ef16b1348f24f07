// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who has something on the volume: accounts, and homes, whoever they belong to. In: the computer whose root the volume
// is. Out: facts for the guard. For one thread.

#include <functional>
#include <vector>

#include "base/machine/machine.h"
#include "sequence/wipe_guard.h"

namespace rehome::volume {

/// Those that a capture can take: with a uid from UID_MIN on, and no service's.
std::vector<sequence::AccountFact> accounts_of(Machine& machine);

struct HomeSearch {
  Machine& machine;
  MachinePath root;                                        // where it is in the running system
  std::uint64_t device = 0;                                // of the volume
  std::function<bool(const MachinePath&)> is_listed = {};  // whether a capture has that folder
};

/// Homes on the volume: those of accounts, every folder beside one that belongs to a user, and every folder in /home
/// that is not empty; with the signs of encryption that can be seen from outside.
std::vector<sequence::HomeFact> homes_of(const HomeSearch& search);

}  // namespace rehome::volume
