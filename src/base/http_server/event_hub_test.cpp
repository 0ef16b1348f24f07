// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/event_hub.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::http {
namespace {

TEST(EventHub, EveryListenerGetsEveryEvent) {
  EventHub hub;
  const auto one = hub.subscribe();
  hub.publish("state", R"({"store":"s-1"})");
  const auto two = hub.subscribe();
  hub.publish("note", "two\nlines");
  EXPECT_EQ(one->take(), "event: state\ndata: {\"store\":\"s-1\"}\n\nevent: note\ndata: two\ndata: lines\n\n");
  EXPECT_EQ(two->take(), "event: note\ndata: two\ndata: lines\n\n");
  EXPECT_EQ(two->take(), "");
}

TEST(EventHub, WhoDoesNotKeepUpIsDropped) {
  EventHub hub({.listeners = 2, .pending_bytes = 100});
  const auto slow = hub.subscribe();
  const auto quick = hub.subscribe();
  for (int i = 0; i < 10; ++i) {
    hub.publish("state", std::string(50, 'x'));
    EXPECT_NE(quick->take(), "");
  }
  EXPECT_TRUE(slow->ended());
  EXPECT_EQ(slow->take(), "");
  EXPECT_FALSE(quick->ended());
  EXPECT_EQ(hub.listeners(), 1U);
}

TEST(EventHub, ListenersAreCounted) {
  EventHub hub({.listeners = 1, .pending_bytes = 100});
  const auto first = hub.subscribe();
  EXPECT_THROW(hub.subscribe(), Error);
  first->end();
  EXPECT_NO_THROW(hub.subscribe());
}

TEST(EventHub, NewsWakeTheListener) {
  auto hub = std::make_unique<EventHub>();
  const auto stream = hub->subscribe();
  int woken = 0;
  stream->on_news([&] { ++woken; });
  EXPECT_EQ(woken, 0);
  hub->publish("a", "b");
  EXPECT_EQ(woken, 1);
  stream->on_news([&] { ++woken; });
  EXPECT_EQ(woken, 2) << "there is something to take already";
  stream->take();
  hub.reset();
  EXPECT_EQ(woken, 3);
  EXPECT_TRUE(stream->ended());
  stream->on_news(nullptr);
  stream->end();
  EXPECT_EQ(woken, 3);
}

}  // namespace
}  // namespace rehome::http
