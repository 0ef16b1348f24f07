// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/event_hub.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::http {
namespace {

TEST(EventHub, EveryListenerGetsEveryEvent) {
  EventHub hub({}, "a");
  const auto one = hub.subscribe();
  hub.publish("state", R"({"store":"s-1"})");
  const auto two = hub.subscribe();
  hub.publish("note", "two\nlines");
  EXPECT_EQ(one->take(),
            "id: a-1\nevent: state\ndata: {\"store\":\"s-1\"}\n\nid: a-2\nevent: note\ndata: two\ndata: lines\n\n");
  EXPECT_EQ(two->take(), "id: a-2\nevent: note\ndata: two\ndata: lines\n\n");
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

TEST(EventHub, WhoComesBackGetsWhatItMissed) {
  EventHub hub({.listeners = 10, .pending_bytes = 100, .kept_bytes = 130}, "b");
  EXPECT_EQ(hub.subscribe("b-0")->take(), "");
  for (int i = 1; i <= 3; ++i) hub.publish("e", std::to_string(i));
  EXPECT_EQ(hub.subscribe("b-1")->take(), "id: b-2\nevent: e\ndata: 2\n\nid: b-3\nevent: e\ndata: 3\n\n");
  EXPECT_EQ(hub.subscribe("b-3")->take(), "");
  EXPECT_EQ(hub.subscribe("")->take(), "") << "a new listener hears what comes";
  for (int i = 4; i <= 9; ++i) hub.publish("e", std::to_string(i));
  for (const char* unknown : {"b-1", "b-10", "a-8", "8", "b-x", "b-99999999999999999999999"}) {
    EXPECT_EQ(hub.subscribe(unknown)->take(), "id: b-9\nevent: missed\ndata: {}\n\n") << unknown;
  }
}

TEST(EventHub, WhatIsKeptMayBeMoreThanAListenerMayLeave) {
  EventHub hub({.listeners = 2, .pending_bytes = 50, .kept_bytes = 1000}, "c");
  for (int i = 0; i < 10; ++i) hub.publish("e", "x");
  const auto back = hub.subscribe("c-0");
  EXPECT_FALSE(back->ended());
  EXPECT_GT(back->take().size(), 50U);
  hub.publish("e", "x");
  EXPECT_NE(back->take(), "");
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
