// SPDX-License-Identifier: Apache-2.0
#pragma once
// Open folders of the destination. Every folder is reached from its open base, name by name, through open folders: no
// link is followed, and what stands in the way of a folder makes it land as "name(1)". One thread; the folders that it
// hands out may be used by any.

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "flow/load/internal/findings.h"
#include "flow/load/internal/territory.h"

namespace rehome::load {

struct OpenFolder {
  std::shared_ptr<WritableFolder> folder;
  MachinePath path;
  NodeIdentity node;
  std::uint64_t mount = 0;  // NodeInfo::mount
  // Made by this restore a moment ago, and every name in it was given once: no look before a name is given. A hint;
  // giving a name that is taken fails anyway.
  std::atomic<bool> is_fresh = false;
};
/// Null in a look without changes, where the folder does not exist.
using SharedFolder = std::shared_ptr<OpenFolder>;

class FolderCache {
 public:
  enum class Missing {
    make,       // with the owner and mode of its base
    make_bare,  // left private to root, for who gives it its owner next
    leave,      // give null
  };
  FolderCache(const Territory& territory, Findings& findings) : territory_(territory), findings_(findings) {}

  /// The folder of `target`; folders on the way are made like Missing::make unless they are to be left. Throws
  /// Error(refused) for a way that leads into a network or pseudo file system, or to something mounted there that does
  /// not belong to the base's owner.
  SharedFolder open(const Target& target, Missing missing);

  /// Makes everything written so far durable: once per volume.
  void sync_volumes();

 private:
  using Key = Target;
  struct Cached {
    Key key;
    SharedFolder folder;
  };
  using Entries = std::list<Cached>;

  SharedFolder find(const Key& key);
  void keep(const Key& key, const SharedFolder& folder);
  SharedFolder open_base(std::uint32_t number, Missing missing);
  struct MissingPart {
    std::string path;  // beneath the folder in which it is made
    const Base& above;
    const Base& last;
  };
  SharedFolder complete(SharedFolder folder, const MissingPart& part, Missing missing);
  SharedFolder complete_within(const Base& base, Missing missing);
  SharedFolder step(const SharedFolder& parent, const Key& key, Missing missing);
  SharedFolder enter(const OpenFolder& parent, const std::string& name, const Base& base);
  SharedFolder make(const OpenFolder& parent, const std::string& name, const Base& base, Missing missing);
  static void check_mount(const OpenFolder& parent, const OpenFolder& child, const Base& base);
  SharedFolder keep_volume(SharedFolder folder);

  const Territory& territory_;
  Findings& findings_;
  Entries entries_;  // used last first
  std::map<Key, Entries::iterator> by_key_;
  std::map<std::uint32_t, SharedFolder> bases_;  // held until the end, whatever their path leads to by then
  std::map<std::uint64_t, SharedFolder> volumes_;
};

/// A folder of our making becomes its owner's at once, so that a restore that ends early leaves none that only root can
/// enter.
void give_away(WritableFolder& folder, std::uint32_t uid, std::uint32_t gid, std::uint32_t mode);

/// What has this name in the folder; NodeKind::unknown for nothing.
NodeInfo look(Folder& folder, std::string_view name);

}  // namespace rehome::load
