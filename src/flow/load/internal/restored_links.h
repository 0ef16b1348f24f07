// SPDX-License-Identifier: Apache-2.0
#pragma once
// The names of files that have several. The first (the leader) is brought with the content by some worker; the others
// are links to wherever it landed. Keeps what is known of each group: about 200 bytes for one, plus the members that
// came before their leader was finished. Any thread.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/core/locked.h"
#include "flow/load/internal/territory.h"
#include "model/object.h"

namespace rehome::load {

class RestoredLinks {
 public:
  enum class State {
    unknown,  // no leader was seen
    pending,
    landed,
    placeless,  // the leader could not lie where it was to; its object waits for a member that takes its place
    failed,     // nor could any other: its content is lost
  };
  struct Group {
    State state = State::unknown;
    Target folder;  // of the leader
    std::string name;
    Object leader;                // placeless only
    std::vector<Object> waiting;  // members
  };
  using Key = std::pair<AccountNumber, std::uint64_t>;
  static Key key_of(const Object& object) { return {object.location.account, object.link_group}; }

  /// `object` is its group's leader from now on. False where the group has one: this is a file of its own then.
  bool begin(const Object& object);
  /// What became of the leader.
  void set_landed(const Key& key, const Target& folder, const std::string& name);
  void set_placeless(const Object& leader);
  void set_failed(const Key& key);

  /// What is known of a member's group, with the member waiting in it where the leader is not finished.
  Group join(const Object& member);
  /// A member takes the place of a placeless leader.
  void begin_again(const Key& key);
  /// All that wait, once every leader is finished: a group that has none by then has failed.
  std::vector<Object> take_waiting();

 private:
  Locked<std::map<Key, Group>> groups_;
};

}  // namespace rehome::load
