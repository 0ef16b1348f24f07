// SPDX-License-Identifier: Apache-2.0
#pragma once
// Server-sent events (WHATWG HTML, 9.2): one hub, many listening connections. In: events of the program. Out: the text
// of each stream. A publisher never waits: a listener that does not keep up is dropped and connects again by itself.
// Any thread may call.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/locked.h"

namespace rehome::http {

/// The listening end of one connection: what was published and is not sent yet.
class EventStream {
 public:
  explicit EventStream(std::size_t most_pending_bytes) : most_pending_bytes_(most_pending_bytes) {}

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
    std::size_t pending_bytes = std::size_t{256} * 1024;  // of each listener
  };

  EventHub() : EventHub(Limits{}) {}
  explicit EventHub(Limits limits) : limits_(limits) {}
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// For the body of a Response. Throws Error(busy) where too many listen.
  std::shared_ptr<EventStream> subscribe();
  /// `event` is one word; `data` any text, of several lines too.
  void publish(std::string_view event, std::string_view data);
  std::size_t listeners();

 private:
  using Streams = std::vector<std::shared_ptr<EventStream>>;
  static void forget_ended(Streams& streams);
  Limits limits_;
  Locked<Streams> streams_;
};

}  // namespace rehome::http
