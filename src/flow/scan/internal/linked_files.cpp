// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/linked_files.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace rehome::scan {

std::size_t LinkedFiles::KeyHash::operator()(const Key& key) const noexcept {
  // Inodes of one volume are often consecutive, which is as good as spread; devices and accounts are few.
  return key.inode ^ (key.device << 40) ^ (std::uint64_t{key.account} << 52);
}

LinkedFiles::Turn LinkedFiles::arrive(const Key& key, const Leaf& leaf, std::uint64_t link_count) {
  auto state = state_.lock();
  const auto [entry, is_new] = state->files.try_emplace(key);
  File& file = entry->second;
  if (is_new) {
    file.group = ++state->last_group;
    // The first count: a hard-link store adds names of its own.
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    file.names_left = static_cast<std::uint32_t>(std::min(link_count, kMost));
  }
  if (file.names_left > 0) --file.names_left;
  switch (file.stage) {
    case Stage::leaderless:
      file.stage = Stage::being_read;
      return Lead{file.group};
    case Stage::being_read:
      state->waiting[key].push_back(leaf);
      return Wait{};
    case Stage::recorded:
      break;
  }
  const Follow follow{file.group};
  forget_if_complete(*state, key);
  return follow;
}

std::vector<Leaf> LinkedFiles::recorded(const Key& key) {
  auto state = state_.lock();
  state->files[key].stage = Stage::recorded;
  std::vector<Leaf> waiting;
  if (auto found = state->waiting.extract(key)) waiting = std::move(found.mapped());
  forget_if_complete(*state, key);
  return waiting;
}

std::optional<Leaf> LinkedFiles::give_up(const Key& key) {
  auto state = state_.lock();
  const auto found = state->waiting.find(key);
  if (found == state->waiting.end()) {
    state->files[key].stage = Stage::leaderless;
    forget_if_complete(*state, key);
    return std::nullopt;
  }
  Leaf next = std::move(found->second.back());
  found->second.pop_back();
  if (found->second.empty()) state->waiting.erase(found);
  return next;
}

std::map<AccountNumber, std::uint64_t> LinkedFiles::shared_between_accounts() {
  std::vector<Key> keys;
  {
    auto state = state_.lock();
    keys.reserve(state->files.size());
    for (const auto& [key, file] : state->files) keys.push_back(key);
  }
  const auto file_of = [](const Key& key) { return std::pair(key.device, key.inode); };
  std::ranges::sort(keys, {}, file_of);
  std::map<AccountNumber, std::uint64_t> counts;
  for (auto first = keys.begin(); first != keys.end();) {
    const auto last = std::find_if(first, keys.end(), [&](const Key& key) { return file_of(key) != file_of(*first); });
    if (last - first > 1) std::for_each(first, last, [&](const Key& key) { ++counts[key.account]; });
    first = last;
  }
  return counts;
}

void LinkedFiles::forget_if_complete(State& state, const Key& key) {
  const auto found = state.files.find(key);
  if (found->second.names_left == 0) state.files.erase(found);
}

}  // namespace rehome::scan
