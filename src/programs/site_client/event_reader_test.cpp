// SPDX-License-Identifier: Apache-2.0
#include "programs/site_client/event_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

#include "base/core/error.h"

namespace rehome::site_client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EventReaderTest : public ::testing::Test {
 protected:
  void put(std::string_view text) { reader_.put(as_bytes(text)); }
  std::vector<std::string> take() { return std::exchange(events_, {}); }

  std::vector<std::string> events_;
  EventReader reader_{
      [this](const Event& event) { events_.push_back(event.id + "|" + event.name + "|" + event.data); }};
};

TEST_F(EventReaderTest, EventsWithIdsNamesAndLines) {
  put("id: a-1\nevent: audit\ndata: {\"x\":1}\n\n: still here\n\ndata:two\ndata:  lines\n\n");
  EXPECT_THAT(take(), ElementsAre("a-1|audit|{\"x\":1}", "a-1|message|two\n lines"));
  EXPECT_EQ(reader_.last_id(), "a-1");
}

TEST_F(EventReaderTest, AllEndsOfLinesCutAnywhere) {
  const std::string text = "id: 1\r\nevent: e\r\ndata: x\r\n\r\nid: 2\revent: f\rdata\r\r";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    put(text.substr(0, at));
    put(text.substr(at));
    EXPECT_THAT(take(), ElementsAre("1|e|x", "2|f|")) << at;
  }
}

TEST_F(EventReaderTest, WhatHasNoDataIsNoEvent) {
  put("id: 7\nevent: e\n\nretry: 1\n\nunknown\n\n");
  EXPECT_THAT(take(), IsEmpty());
  EXPECT_EQ(reader_.last_id(), "7");
}

// The id goes back to the server in a header.
TEST_F(EventReaderTest, NoIdIsTakenThatCannotStandInAHeader) {
  for (const std::string& bad : {std::string("a b"), std::string("a\x01"), std::string("\xc3\xa4"),
                                 std::string(EventReader::kLongestId + 1, 'x')}) {
    put("id: " + bad + "\n\n");
    EXPECT_EQ(reader_.last_id(), "");
  }
}

TEST_F(EventReaderTest, ANewConnectionForgetsHalfAnEvent) {
  put("id: 1\ndata: x\n\nid: 2\nevent: e\ndata: ha");
  EXPECT_THAT(take(), ElementsAre("1|message|x"));
  reader_.start_anew();
  put("data: whole\n\n");
  EXPECT_THAT(take(), ElementsAre("1|message|whole")) << "or the second would never come";
}

TEST_F(EventReaderTest, HoldsNoMoreThanItsLimits) {
  const std::string most(EventReader::kLongestLine, 'x');
  put(most);
  EXPECT_THROW(put("x"), Error);
  reader_.start_anew();
  const std::string line = "data: " + std::string(EventReader::kLongestLine - 6, 'x') + "\n";
  for (int i = 0; i < 4; ++i) put(line);
  EXPECT_THROW(put(line), Error);
  reader_.start_anew();
  for (int i = 0; i < 100'000; ++i) put(": a comment\n");
  EXPECT_THAT(take(), IsEmpty());
}

}  // namespace
}  // namespace rehome::site_client
