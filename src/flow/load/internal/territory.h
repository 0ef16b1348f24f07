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
#include "flow/load/internal/base_folder.h"
#include "model/location.h"

namespace rehome::load {

/// A place beneath a base: '/' between components, none of them empty, "." or "..". Empty: the base itself.
struct Target {
  std::uint32_t base = 0;
  std::string rest;
  auto operator<=>(const Target&) const = default;
};

/// A folder that the destination names: a home, a known folder outside it, or what holds an allowed system location.
/// Opened once and held: what is decided about it and what is written in it goes through the same handle.
struct Base {
  BaseFolder place;
  // Of folders that are missing in the store but needed for what lies in them.
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t mode = 0700;
  std::uint32_t former_uid = 0;  // what the account left behind on a disk that survived; else `uid`
  bool becomes_owned = false;    // by `uid`, the folder itself: it was left behind, or is an empty one of root's
  bool is_system = false;        // allowed by name: what lies there is anybody's
  std::optional<Target> within = std::nullopt;  // HomeInHome

  /// Whether owner, mode and times of what is there already are ours to change. What root or somebody else put into a
  /// home stays theirs: to set its metadata would give it away.
  bool owns(std::uint32_t owner) const { return is_system || owner == uid || owner == former_uid; }
};

/// Where an account's captured settings want its known folders, where the destination has no such settings: beneath its
/// home, or an absolute path, which counts only if the folder is there and the account's own.
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
  /// Opens the bases. Throws Error(invalid_argument) for an allowed location that is no absolute path, Error(refused)
  /// for a home that nothing may be restored to.
  Territory(const Parts& parts, Findings& findings);

  /// nullopt where the destination does not allow it. Throws Error(corrupt) for a location that is no path.
  std::optional<Target> find(const Location& location) const;
  const std::vector<Base>& bases() const { return bases_; }
  MachinePath path_of(const Target& target) const;

  struct Allowed {
    MachinePath location;
    MachinePath holder;  // as it was asked for
    std::uint32_t base = 0;
  };
  const std::vector<Allowed>& allowed() const { return allowed_; }

 private:
  std::uint32_t add_base(Base base);
  std::optional<Target> place_in_home(const RestoredAccount& account) const;
  void add_account(const Parts& parts, const RestoredAccount& account, Findings& findings);
  void add_allowed(const Parts& parts, MachinePath location);
  Target place_of_anchor(const Parts& parts, const RestoredAccount& account, const KnownFolderNames& names,
                         Findings& findings);
  std::optional<Target> wish_of(const Parts& parts, const RestoredAccount& account, KnownFolder folder);
  std::optional<Target> place_at(const Parts& parts, const RestoredAccount& account, const MachinePath& path);
  std::optional<Target> find_system(const Location& location) const;

  const LocationTable& table_;
  std::vector<Base> bases_;
  std::map<std::pair<AccountNumber, KnownFolder>, Target> anchors_;
  std::vector<Allowed> allowed_;
};

}  // namespace rehome::load
