// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/link_groups.h"

#include <utility>

namespace rehome::scan {

LinkGroups::Turn LinkGroups::arrive(const Key& key, const Leaf& leaf, std::uint64_t link_count) {
  auto state = state_.lock();
  Group& group = state->groups[key];
  if (group.number == 0) {
    group.number = ++state->last_number;
    group.link_count = link_count;  // the first count: a hard-link store adds names of its own
  }
  ++group.seen;
  if (group.follower) {
    Follow follow{*group.follower};
    forget_if_complete(*state, key);
    return follow;
  }
  if (group.has_leader) {
    group.waiting.push_back(leaf);
    return Wait{};
  }
  group.has_leader = true;
  return Lead{group.number};
}

std::vector<Leaf> LinkGroups::led(const Key& key, Object follower) {
  auto state = state_.lock();
  Group& group = state->groups[key];
  group.follower = std::move(follower);
  std::vector<Leaf> waiting = std::exchange(group.waiting, {});
  forget_if_complete(*state, key);
  return waiting;
}

std::optional<Leaf> LinkGroups::give_up(const Key& key) {
  auto state = state_.lock();
  Group& group = state->groups[key];
  if (group.waiting.empty()) {
    group.has_leader = false;
    forget_if_complete(*state, key);
    return std::nullopt;
  }
  Leaf next = std::move(group.waiting.back());
  group.waiting.pop_back();
  return next;
}

void LinkGroups::forget_if_complete(State& state, const Key& key) {
  const auto found = state.groups.find(key);
  if (found->second.seen >= found->second.link_count) state.groups.erase(found);
}

}  // namespace rehome::scan
