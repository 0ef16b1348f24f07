// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the home of a new account lies, and whether an existing one is fit to be written into. The whole territory of
// an account hangs on this: what a store says about homes is checked here. One thread.

#include <span>
#include <string>

#include "base/machine/machine.h"

namespace rehome::load {

struct HomeQuestion {
  const Account& source;
  const std::string& name;            // of the new account
  std::uint32_t uid = 0;              // of the new account
  std::span<const Account> accounts;  // of the destination
};

/// The source's home where that lies below the destination's folder of homes and is nobody else's, else a folder there
/// with the account's name. Throws Error(refused) where that is somebody else's too.
MachinePath choose_home(Machine& destination, const HomeQuestion& question);

/// Throws Error(refused) when an account's home is a folder of the system.
void check_home(Machine& destination, const Account& account);

}  // namespace rehome::load
