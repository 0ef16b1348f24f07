// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps what was dear to load (opened frames, frame tables, catalog segments) up to a budget, and drops what was not
// asked for longest. When several threads want the same thing that is not there, one loads it and the others wait for
// that one. Any thread may use it.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <utility>

#include "base/core/locked.h"

namespace rehome::store {

template <typename Key, typename Value>
class SingleFlightCache {
 public:
  /// `weigh` says how much of the budget a value takes.
  SingleFlightCache(std::size_t budget, std::function<std::size_t(const Value&)> weigh)
      : budget_(budget), weigh_(std::move(weigh)) {}

  /// The value, loaded if need be. What `load` throws reaches the caller that loads; those that waited try themselves.
  std::shared_ptr<const Value> get(const Key& key, const std::function<Value()>& load) {
    {
      auto state = state_.lock();
      state.wait(loaded_, [&](const State& s) { return !is_loading(s, key); });
      const auto found = state->entries.find(key);
      if (found != state->entries.end()) {
        state->order.splice(state->order.begin(), state->order, found->second.place);
        return found->second.value;
      }
      state->entries.emplace(key, Entry{});
    }
    return load_and_keep(key, load);
  }

 private:
  struct Entry {
    std::shared_ptr<const Value> value;  // null while it is being loaded
    std::size_t weight = 0;
    typename std::list<Key>::iterator place;
  };
  struct State {
    std::map<Key, Entry> entries;
    std::list<Key> order;  // of what is loaded, newest first
    std::size_t weight = 0;
  };

  static bool is_loading(const State& state, const Key& key) {
    const auto found = state.entries.find(key);
    return found != state.entries.end() && !found->second.value;
  }

  std::shared_ptr<const Value> load_and_keep(const Key& key, const std::function<Value()>& load) {
    std::shared_ptr<const Value> value;
    try {
      value = std::make_shared<const Value>(load());
    } catch (...) {
      state_.lock()->entries.erase(key);
      loaded_.notify_all();
      throw;
    }
    keep(key, value);
    loaded_.notify_all();
    return value;
  }

  void keep(const Key& key, const std::shared_ptr<const Value>& value) {
    auto state = state_.lock();
    state->order.push_front(key);
    Entry& entry = state->entries.at(key);
    entry = {value, weigh_(*value), state->order.begin()};
    state->weight += entry.weight;
    while (state->weight > budget_ && state->order.size() > 1) {
      const auto oldest = state->entries.find(state->order.back());
      state->weight -= oldest->second.weight;
      state->entries.erase(oldest);
      state->order.pop_back();
    }
  }

  std::size_t budget_;
  std::function<std::size_t(const Value&)> weigh_;
  Locked<State> state_;
  std::condition_variable loaded_;
};

}  // namespace rehome::store
