// SPDX-License-Identifier: Apache-2.0
#pragma once
// Server-sent events (WHATWG HTML, 9.2): one hub, many listening connections. In: events of the program. Out: the text
// of each stream. A publisher never waits: a listener that does not keep up is dropped and connects again by itself.
// The newest events are kept, so that who comes back with the id of its last one (Last-Event-ID) misses nothing, or
// hears that it did. Any thread may call.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/locked.h"

namespace rehome::http {

/// The listening end of one connection: what was published and is not sent yet.
class EventStream {
 public:
  /// `first`: what is sent before anything that is published.
  explicit EventStream(std::size_t most_pending_bytes, std::string first = {})
      : most_pending_bytes_(most_pending_bytes) {
    state_.lock()->pending = std::move(first);
  }

  /// All of it that is pending, "" where there is nothing yet.
  std::string take();
  /// Nothing more will come: it was too slow, or the hub is gone.
  bool ended();
  /// `wake` is called from the publisher's thread when there is something to take or it ended, and at once where that
  /// is so already. It must be quick and call nothing here. Null ends the calls: after this returns none is running.
  void on_news(std::function<void()> wake);
  /// Says that nobody listens any more.
  void end();

  /// For the hub: false where it ended.
  bool push(const std::string& text);

 private:
  struct State {
    std::string pending;
    bool ended = false;
    std::function<void()> wake;
  };
  std::size_t most_pending_bytes_;
  Locked<State> state_;
};

class EventHub {
 public:
  struct Limits {
    std::size_t listeners = 100;
    std::size_t pending_bytes = std::size_t{256} * 1024;  // of each listener, besides what it missed
    std::size_t kept_bytes = std::size_t{128} * 1024;
  };

  EventHub() : EventHub(Limits{}) {}
  /// `life`: tells the ids of this hub from those of the ones before it.
  explicit EventHub(Limits limits, std::string life = {}) : limits_(limits), life_(std::move(life)) {}
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// For the body of a Response. `last_id` is that of the last event that the listener has, "" for a new one: it gets
  /// what came after that, or where that is not known any more an event "missed". Throws Error(busy) where too many
  /// listen.
  std::shared_ptr<EventStream> subscribe(std::string_view last_id = {});
  /// `event` is one word; `data` any text, of several lines too.
  void publish(std::string_view event, std::string_view data);
  std::size_t listeners();

 private:
  using Streams = std::vector<std::shared_ptr<EventStream>>;
  struct State {
    Streams streams;
    std::deque<std::string> kept;  // the newest, with the numbers up to `number`
    std::size_t kept_bytes = 0;
    std::uint64_t number = 0;
  };
  static void forget_ended(Streams& streams);
  void keep(State& state, const std::string& text) const;
  std::string missed_since(const State& state, std::string_view last_id) const;
  Limits limits_;
  std::string life_;
  Locked<State> state_;
};

}  // namespace rehome::http
