// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the home of a new account lies, and whether an existing one is fit to be written into. The whole territory of
// an account hangs on this: what a store says about homes is checked here. One thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/machine/machine.h"
#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/base_folder.h"

namespace rehome::load {

/// A new account whose home had this one's in it at the source.
struct HomeHolder {
  const Account& account;        // of the destination
  std::string rest;              // this one's home beneath its home; empty: they shared it
  std::vector<Account> settled;  // of the destination, those that are here already
};

struct HomeQuestion {
  const Account& source;
  const std::string& name;            // of the new account
  std::uint32_t uid = 0;              // of the new account
  std::span<const Account> accounts;  // of the destination
  std::optional<HomeHolder> holder = std::nullopt;
};

/// Whether an account with the home `holder` had `home` in it by design, and not because one of them had none.
bool holds_home(const MachinePath& holder, const MachinePath& home);

/// The place in its holder's home that it had at the source. Without that, the source's home where that lies below the
/// destination's folder of homes and is nobody else's, else a folder there with the account's name. Throws
/// Error(refused) where that is somebody else's too.
MachinePath choose_home(Machine& destination, const HomeQuestion& question);

/// Throws Error(refused) when an account's home is a folder of the system. An early word: judge_home() decides.
void check_home(Machine& destination, const Account& account);

/// Why the home of an account that is here cannot be opened, be it that its user mounted there what only he may see:
/// a matter of this account alone. nullopt where it can, is not there, or is refused, which judge_home() says.
std::optional<std::string> obstacle_to_home(Machine& destination, const Account& account);

enum class HomeOwner {
  account,      // or nobody yet: it is still to be made
  left_behind,  // by the account, or an empty folder of root's: it becomes the account's
  another,      // root wanted it so: its owner and mode are not ours to change
};
/// To whom the open home of an account belongs. Throws Error(refused) for a folder of the system, and for one of
/// somebody else's that not only root could make this account's home.
HomeOwner judge_home(const BaseFolder& home, const RestoredAccount& account, std::span<const Account> accounts);

}  // namespace rehome::load
