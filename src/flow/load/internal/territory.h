// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where at the destination an object of the store may land. In: locations as the store says them, hostile. Out: a
// folder that the destination itself names (a base) and a path beneath it; nothing outside the bases is ever opened.
// Immutable once made: any thread may ask.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flow/load/internal/account_mapping.h"
#include "model/location.h"

namespace rehome::load {

/// A folder that the destination names: a home, a known folder outside it, or what holds an allowed system location.
struct Base {
  MachinePath path;  // trusted; what lies above it may be links of the destination's own
  // Of folders that are missing in the store but needed for what lies in them.
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t mode = 0700;
  bool must_be_owned = false;  // by `uid`, checked on the open folder
  bool becomes_owned = false;  // by `uid`: the home of a new account that survived its old system
};

/// A place beneath a base: '/' between components, none of them empty, "." or "..". Empty: the base itself.
struct Target {
  std::uint32_t base = 0;
  std::string rest;
  auto operator<=>(const Target&) const = default;
};

/// Known folders of an account as paths beneath its home, where they are not what the destination says.
using FolderOverrides = std::map<AccountNumber, std::map<KnownFolder, std::string>>;

class Territory {
 public:
  struct Parts {
    Machine& destination;
    const LocationTable& table;
    const AccountMapping& mapping;
    const FolderOverrides& overrides;
    const std::vector<MachinePath>& allow_system;
  };
  /// Throws Error(invalid_argument) for an allowed location that is no absolute path.
  Territory(const Parts& parts, Findings& findings);

  /// nullopt where the destination does not allow it. Throws Error(corrupt) for a location that is no path.
  std::optional<Target> find(const Location& location) const;
  const std::vector<Base>& bases() const { return bases_; }
  MachinePath path_of(const Target& target) const;

 private:
  struct Allowed {
    MachinePath location;
    std::uint32_t base = 0;
  };

  std::uint32_t add_base(Base base);
  void add_account(const Parts& parts, const RestoredAccount& account, Findings& findings);
  Target place_of_anchor(const Parts& parts, const RestoredAccount& account, const KnownFolderNames& names,
                         Findings& findings);
  std::optional<Target> find_system(const Location& location) const;

  const LocationTable& table_;
  std::vector<Base> bases_;
  std::map<std::pair<AccountNumber, KnownFolder>, Target> anchors_;
  std::vector<Allowed> allowed_;
};

}  // namespace rehome::load
