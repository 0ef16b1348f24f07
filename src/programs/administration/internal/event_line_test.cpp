// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/event_line.h"

#include <gtest/gtest.h>

namespace rehome::administration {
namespace {

using site_client::Event;

std::string shown(const Event& event) { return line_for_people(event, data_of(event), {}); }
std::string document(const Event& event) { return line_of_json(event, data_of(event)); }

TEST(EventLine, SaysWhatHappened) {
  EXPECT_EQ(shown({"1", "audit", R"({"who":"alice","what":"work added","subject":"w-1","why":"c-1"})"}),
            "1970-01-01T00:00:00Z  audit     alice: work added w-1 (c-1)");
  EXPECT_EQ(
      shown(
          {"1", "progress",
           R"({"computer":"c-1","computer_name":"pc","phase":"capturing","objects":3,"bytes":4,"expected_bytes":9})"}),
      "1970-01-01T00:00:00Z  progress  pc capturing: 3 objects, 4 of 9 bytes");
  EXPECT_EQ(shown({"1", "seen", R"({"computer":"c-1"})"}), "1970-01-01T00:00:00Z  seen      c-1");
  EXPECT_EQ(shown({"1", "new", R"({"a":[1]})"}), "1970-01-01T00:00:00Z  new       {\"a\":[1]}");
}

TEST(EventLine, JsonIsOneLine) {
  EXPECT_EQ(document({"a-1", "seen", "{\"computer\":\n\"c-1\"}"}),
            R"({"event":"seen","id":"a-1","data":{"computer":"c-1"}})");
}

// A terminal must not be told what to do by a server, nor a reader of lines be given two for one.
TEST(EventLine, HostileEventsAreShownAndNoMore) {
  for (const Event& event :
       {Event{"1", "e\x1b[2J", "\x1b]0;x\x07"}, Event{"1", "audit", R"({"who":"\u001b[2J\n","what":7})"},
        Event{"1", "progress", R"([1,2])"}, Event{"1", "audit", "no json\nat all"},
        Event{"1", "progress", R"({"bytes":"many","phase":{}})"}, Event{"1", "x", std::string(9000, '[')}}) {
    for (const std::string& line : {shown(event), document(event)}) {
      EXPECT_EQ(line.find_first_of("\x1b\x07\n"), std::string::npos) << line;
    }
  }
}

TEST(EventLine, WhoseItIs) {
  const Json data = data_of({"1", "audit", R"({"who":"alice","subject":"w-1","why":"c-1"})"});
  EXPECT_TRUE(is_about(data, "c-1"));
  EXPECT_FALSE(is_about(data, "c-2"));
  EXPECT_FALSE(is_about(data_of({"1", "x", "[\"c-1\"]"}), "c-1"));
}

}  // namespace
}  // namespace rehome::administration
