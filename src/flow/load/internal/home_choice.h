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

/// An account that is restored too, and whose home had this one's in it at the source.
struct HomeHolder {
  const Account& account;        // of the destination
  std::string rest;              // this one's home beneath its home; empty: they shared it
  std::vector<Account> settled;  // of the destination, those that are here already and not the store's
};

struct HomeQuestion {
  const Account& source;
  const std::string& name;            // of the new account
  std::uint32_t uid = 0;              // of the new account
  std::span<const Account> accounts;  // of the destination
  std::optional<HomeHolder> holder = std::nullopt;
  bool was_inner = false;  // its home lay in another's at the source: without that one it has no place there
};

/// Whether an account with the home `holder` had `home` in it by design, and not because one of them had none.
bool holds_home(const MachinePath& holder, const MachinePath& home);

/// Of an account of the store that is here already: whether it is that of the store, made by a restore that ended early
/// or of a part of the accounts, or kept by its user. Name, uid and home say so.
bool is_of_store(Machine& destination, const Account& here, const Account& source);

/// The place in its holder's home that it had at the source. Without that, the source's home where that lies below the
/// destination's folder of homes and is nobody else's, else a folder there with the account's name. Throws
/// Error(refused) where that is somebody else's too.
MachinePath choose_home(Machine& destination, const HomeQuestion& question);

/// Opens the home that `account` has at the destination, in that of one of those `before` it where it lies there.
/// Throws Error(refused) where that cannot be done safely.
void open_home(FileTree& files, std::span<const RestoredAccount> before, RestoredAccount& account);

enum class HomeOwner {
  account,      // or nobody yet: it is still to be made
  left_behind,  // by the account, or an empty folder of root's: it becomes the account's
  another,      // root wanted it so: its owner and mode are not ours to change
};
/// To whom the open home of an account belongs. Throws Error(refused) for a folder of the system, and for one of
/// somebody else's that not only root could make this account's home. A shared one is judged with who has it first.
HomeOwner judge_home(const RestoredAccount& account, std::span<const Account> accounts);

}  // namespace rehome::load
