// SPDX-License-Identifier: Apache-2.0
#pragma once
// Open folders of the destination. Every folder is reached from its open base, name by name, through open folders: no
// link is followed, and what stands in the way of a folder makes it land as "name(1)". One thread; the folders that it
// hands out may be used by any.

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <optional>
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

/// Of a folder that is made.
struct FolderOwner {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t mode = 0700;
};

class FolderCache {
 public:
  enum class Missing {
    make,
    leave,  // give null
  };
  FolderCache(const Territory& territory, Findings& findings) : territory_(territory), findings_(findings) {}

  /// The folder of `target`. What is made of it gets `owner` from the beginning, without one and on the way what its
  /// base says. Throws
  /// Error(refused) for a way that leads into a network or pseudo file system, or to something mounted there that does
  /// not belong to the base's owner.
  SharedFolder open(const Target& target, Missing missing, std::optional<FolderOwner> owner = std::nullopt);

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
  SharedFolder open_base(std::uint32_t number, Missing missing, const FolderOwner& owner);
  struct MissingPart {
    std::string path;  // beneath the folder in which it is made
    const Base& above;
    const FolderOwner& last;
  };
  SharedFolder complete(SharedFolder folder, const MissingPart& part);
  SharedFolder complete_within(const Base& base, const FolderOwner& owner);
  SharedFolder step(const SharedFolder& parent, const Key& key, Missing missing, const FolderOwner& owner);
  SharedFolder enter(const OpenFolder& parent, const std::string& name, const Base& base);
  static SharedFolder make(const OpenFolder& parent, const std::string& name, const FolderOwner& owner);
  static void check_mount(const OpenFolder& parent, const OpenFolder& child, const Base& base);
  SharedFolder keep_volume(SharedFolder folder);

  const Territory& territory_;
  Findings& findings_;
  Entries entries_;  // used last first
  std::map<Key, Entries::iterator> by_key_;
  std::map<std::uint32_t, SharedFolder> bases_;  // held until the end, whatever their path leads to by then
  std::map<std::uint64_t, SharedFolder> volumes_;
};

/// Nothing happens where it is that owner's already.
void give_away(WritableFolder& folder, const FolderOwner& owner);

/// What has this name in the folder; NodeKind::unknown for nothing.
NodeInfo look(Folder& folder, std::string_view name);

}  // namespace rehome::load
