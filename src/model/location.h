// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where an object is, in a way that means something on another computer: an account, one of its known folders, and
// the rest of the path. The catalog holds Locations; a LocationTable made from one machine turns its paths into them
// and back.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/file_tree.h"
#include "base/machine/known_folder.h"
#include "base/machine/machine.h"

namespace rehome {

struct Account;

/// Opaque number of an account in one vault; the same account keeps its number in every capture of the vault.
using AccountNumber = std::uint32_t;
constexpr AccountNumber kSystemAccount = 0;

/// How many folders may lie above an object. PATH_MAX allows 2048; without a limit a hostile tree, or a forged catalog,
/// would use up memory, inodes and file descriptors.
constexpr std::size_t kDeepestFolder = 4096;
/// Bytes of a path below its anchor: 64 times PATH_MAX.
constexpr std::size_t kLongestRest = std::size_t{256} * 1024;

struct Location {
  AccountNumber account = kSystemAccount;
  KnownFolder anchor = KnownFolder::none;
  /// Below the anchor, '/' between components, without a leading one; empty for the anchor itself. With anchor none:
  /// the absolute path without its leading '/' ("etc/hosts", "C:/Data/a").
  std::string rest;
  auto operator<=>(const Location&) const = default;
};

/// For people and reports: "ann: documents/letters/a.odt", "system: /etc/hosts".
std::string to_text(const Location& location, std::string_view account_name);

/// Throws Error(corrupt) for what no capture writes of a computer of this flavour, and no restore takes: a `rest` that
/// tries to climb ("..", empty component, NUL), or is longer or deeper than the walk goes.
void check_location(const Location& location, MachineFlavour flavour);

/// The known folders of a machine and some of its accounts. Immutable once filled; then any thread may ask.
class LocationTable {
 public:
  explicit LocationTable(Machine& machine);
  /// Adds the account's known folders under `number`.
  void add(AccountNumber number, const Account& account);

  /// The longest known folder that holds `path` (canonical, as a walk finds it), plus the rest; anchor none where there
  /// is none. Where two known folders are one place, the first in known_folders() has it. A known folder that is a link
  /// in the home (Documents -> Dropbox) has nothing: the link is restored, and what it leads to where it was.
  Location locate(std::string_view path) const;
  /// The path on this machine; nullopt when the account or the anchor has no place here. Throws as check_location().
  std::optional<MachinePath> resolve(const Location& location) const;
  /// The anchor's own path.
  std::optional<MachinePath> place_of(AccountNumber account, KnownFolder anchor) const;

 private:
  struct Place {
    AccountNumber account;
    KnownFolder anchor;
  };
  void add_places(AccountNumber number, const Account* account);

  Machine& machine_;
  bool case_sensitive_;
  std::map<std::string, Place, std::less<>> by_path_;  // keys folded where case does not count
  std::map<std::pair<AccountNumber, KnownFolder>, MachinePath> by_place_;
};

}  // namespace rehome
