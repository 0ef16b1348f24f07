// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which volumes belong to a capture: local ones that hold or lie in the home of a selected account or a folder that a
// rule names, with their subvolumes, and the root of a foreign system; network, FUSE, pseudo and removable ones only
// where they were asked for. Decided from the table of mounts, so that a volume that stays out is never touched: a
// dead network server would hang us.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/scan/scan.h"

namespace rehome::scan {

/// Immutable; any thread may ask.
class Scope {
 public:
  explicit Scope(const ScanJob& job);

  /// Throws Error(refused) when one of these homes lies on a volume that is out.
  void check_homes(std::span<const CapturedAccount> accounts) const;

  /// Where a walk begins: the roots that are in, and mounts that are in below one that is not.
  std::vector<MachinePath> starts() const;
  /// Null where nothing is mounted, or something that is in.
  const Volume* left_out_at(std::string_view mount_point) const;
  /// For a folder on another device than its parent that is no mount point of the table.
  bool includes_unlisted(const Volume& volume) const;

 private:
  struct Mount {
    Volume volume;
    bool is_in = false;
  };
  using Mounts = std::map<MachinePath, Mount, std::less<>>;

  /// The innermost mount that holds `path`; null where the table has none.
  const Mount* enclosing(std::string_view path) const;

  std::vector<MachinePath> roots_;
  Mounts mounts_;
};

/// "network volume (nfs4)".
std::string describe(const Volume& volume);

}  // namespace rehome::scan
