// SPDX-License-Identifier: Apache-2.0
#pragma once
// Counts the names that files have in trees of linked files. A file all of whose names were counted has none elsewhere.
// Follows no link and crosses no mount, like the removal it is asked for; few folders are open however deep it goes.
// Holds about 100 bytes for each file. One thread.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "flow/store/internal/tree_volume.h"
#include "flow/store/vault.h"

namespace rehome::store {

class TreeNames {
 public:
  /// A file that is none of the originals: before it is counted.
  void leave_out(const NodeInfo& copy) { left_out_.insert(identity_of(copy)); }
  /// Everything below the folder `path` of the tree, "" for all of it. Nothing where there is no such folder.
  void count(TreeVolume& tree, const std::string& path);
  const LastNames& last() const { return last_; }

 private:
  struct Counted {
    std::uint64_t names = 0;
    bool is_last = false;
  };
  void count_file(const NodeInfo& file, const MachinePath& path);

  std::set<Identity> left_out_;
  std::map<Identity, Counted> files_;
  LastNames last_;
};

}  // namespace rehome::store
