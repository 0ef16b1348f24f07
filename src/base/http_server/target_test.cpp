// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/core/error.h"

namespace rehome::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

ErrorCode code_of(std::string_view text) {
  try {
    parse_target(text);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << text << " was taken";
  return ErrorCode::io;
}

TEST(Target, IsSplitAndUnescaped) {
  const Target target = parse_target("/a%20b/%c3%BC?x%26y=1%3D2&z=&&flag&x=+");
  EXPECT_EQ(target.path, "/a b/ü");
  EXPECT_THAT(target.query, ElementsAre(Pair("x&y", "1=2"), Pair("z", ""), Pair("flag", ""), Pair("x", "+")));
  EXPECT_EQ(target.parameter("z"), "");
  EXPECT_EQ(target.parameter("x"), "+");
  EXPECT_EQ(target.parameter("y"), std::nullopt);
  EXPECT_EQ(parse_target("/").path, "/");
  EXPECT_EQ(parse_target("/?").query.size(), 0U);
  EXPECT_EQ(parse_target("/a?b?c=d/e").parameter("b?c"), "d/e");
}

TEST(Target, DotsAreNotResolved) { EXPECT_EQ(parse_target("/a/../%2e%2e/b").path, "/a/../../b"); }

TEST(Target, WhatCannotBeMeantIsRefused) {
  for (const std::string_view text : {"", "a", "*", "http://x/", "/a#b", "/a%2Fb", "/a%2fb", "/%", "/%4", "/%zz",
                                      "/%00", "/a%0ab", "/%7f", "/?a=%0D"}) {
    EXPECT_EQ(code_of(text), ErrorCode::invalid_argument) << text;
  }
  std::string many = "/?";
  for (int i = 0; i < 101; ++i) many += "a&";
  EXPECT_EQ(code_of(many), ErrorCode::invalid_argument);
}

TEST(Target, NoTextDoesHarm) {
  EXPECT_TRUE(rc::check("any text is parsed or refused", [](const std::string& text) {
    try {
      const Target target = parse_target("/" + text);
      RC_ASSERT(target.path.starts_with('/'));
      RC_ASSERT(target.path.find('\0') == std::string::npos);
    } catch (const Error& error) {
      RC_ASSERT(error.code() == ErrorCode::invalid_argument);
    }
  }));
}

}  // namespace
}  // namespace rehome::http
