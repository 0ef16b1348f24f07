// SPDX-License-Identifier: Apache-2.0
#pragma once
// Hard links: of all names that one file has among the objects of one account, the first is the leader and is read;
// the others wait until it is recorded, or until it failed and one of them leads. A group is forgotten as soon as all
// names of its file were seen, so memory grows only with files whose other names are elsewhere. Any thread.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "base/core/locked.h"
#include "flow/scan/internal/visit.h"

namespace rehome::scan {

class LinkGroups {
 public:
  struct Key {
    AccountNumber account = kSystemAccount;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    auto operator<=>(const Key&) const = default;
  };
  struct Lead {
    std::uint64_t number = 0;  // of the group
  };
  struct Wait {};
  struct Follow {
    Object follower;  // to be recorded under the leaf's own location
  };
  using Turn = std::variant<Lead, Wait, Follow>;

  /// What to do with this name. After Lead the caller calls led() or give_up(); after Wait the leader's thread takes
  /// care of the leaf.
  Turn arrive(const Key& key, const Leaf& leaf, std::uint64_t link_count);
  /// The leader is recorded: gives back those that waited for it. `follower` is kept for those that come later.
  std::vector<Leaf> led(const Key& key, Object follower);
  /// The leader could not be read: gives back who shall try next, with the same number. After nullopt the next name
  /// that arrives leads.
  std::optional<Leaf> give_up(const Key& key);

 private:
  struct Group {
    std::uint64_t number = 0;
    std::uint64_t link_count = 0;
    std::uint64_t seen = 0;
    bool has_leader = false;
    std::optional<Object> follower;  // once the leader is recorded
    std::vector<Leaf> waiting;
  };
  struct State {
    std::map<Key, Group> groups;
    std::uint64_t last_number = 0;
  };
  static void forget_if_complete(State& state, const Key& key);

  Locked<State> state_;
};

}  // namespace rehome::scan
