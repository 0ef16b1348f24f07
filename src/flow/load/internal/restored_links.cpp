// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/restored_links.h"

namespace rehome::load {

bool RestoredLinks::begin(const Object& object) {
  auto groups = groups_.lock();
  Group& group = (*groups)[key_of(object)];
  if (group.state != State::unknown) return false;
  group.state = State::pending;
  return true;
}

void RestoredLinks::set_landed(const Key& key, const Target& folder, const std::string& name) {
  auto groups = groups_.lock();
  Group& group = (*groups)[key];
  group.state = State::landed;
  group.folder = folder;
  group.name = name;
}

void RestoredLinks::set_placeless(const Object& leader) {
  auto groups = groups_.lock();
  Group& group = (*groups)[key_of(leader)];
  group.state = State::placeless;
  group.leader = leader;
}

void RestoredLinks::set_failed(const Key& key) { (*groups_.lock())[key].state = State::failed; }

RestoredLinks::Group RestoredLinks::join(const Object& member) {
  auto groups = groups_.lock();
  Group& group = (*groups)[key_of(member)];
  if (group.state == State::unknown || group.state == State::pending) {
    group.waiting.push_back(member);
    return {group.state, {}, {}, {}, {}};
  }
  return {group.state, group.folder, group.name, group.leader, {}};
}

void RestoredLinks::begin_again(const Key& key) {
  auto groups = groups_.lock();
  Group& group = (*groups)[key];
  group.state = State::pending;
  group.leader = {};
}

std::vector<Object> RestoredLinks::take_waiting() {
  std::vector<Object> waiting;
  auto groups = groups_.lock();
  for (auto& [key, group] : *groups) {
    for (Object& member : group.waiting) waiting.push_back(std::move(member));
    group.waiting.clear();
    // Nothing can come any more: a group without a leader has lost it. One that stayed pending would make its members
    // wait, and the restore go round, for ever.
    if (group.state == State::unknown || group.state == State::pending) group.state = State::failed;
  }
  return waiting;
}

}  // namespace rehome::load
