// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/values.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::administration {
namespace {

std::string typed(Kind kind, const char* text) {
  try {
    return to_text(value_of(kind, text, "--option"));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return "refused";
  }
}

TEST(Values, HowLong) {
  EXPECT_EQ(typed(Kind::minutes, "0"), "0");
  EXPECT_EQ(typed(Kind::minutes, "90m"), "90");
  EXPECT_EQ(typed(Kind::minutes, "12h"), "720");
  EXPECT_EQ(typed(Kind::seconds, "1d"), "86400");
  EXPECT_EQ(typed(Kind::seconds, "30 s"), "30");
  for (const char* wrong : {"", "12", "-1h", "1w", "h", "1.5h", "99999999999999999999d", "9223372036854775807d"}) {
    EXPECT_EQ(typed(Kind::minutes, wrong), "refused") << wrong;
  }
}

TEST(Values, HowMuch) {
  EXPECT_EQ(typed(Kind::bytes, "20GB"), "20000000000");
  EXPECT_EQ(typed(Kind::bytes, "0"), "0");
  EXPECT_EQ(typed(Kind::free_space, "5%"), R"({"amount":5,"unit":"percent"})");
  EXPECT_EQ(typed(Kind::free_space, "10 GB"), R"({"amount":10,"unit":"GB"})");
  for (const char* wrong : {"", "10", "0%", "ten GB", "10TB"})
    EXPECT_EQ(typed(Kind::free_space, wrong), "refused") << wrong;
}

TEST(Values, Variables) {
  EXPECT_EQ(to_text(variables_of({"A=1", "B=x=y", "C="}, "--variable")), R"({"A":"1","B":"x=y","C":""})");
  for (const char* wrong : {"", "A", "=1"}) EXPECT_THROW(variables_of({wrong}, "--variable"), Error) << wrong;
  EXPECT_THROW(variables_of({"A=1", "A=2"}, "--variable"), Error);
}

TEST(Values, Others) {
  EXPECT_EQ(typed(Kind::number, "7"), "7");
  EXPECT_EQ(typed(Kind::number, "7x"), "refused");
  EXPECT_EQ(typed(Kind::truth, "false"), "false");
  EXPECT_EQ(typed(Kind::truth, "yes"), "refused");
  EXPECT_EQ(typed(Kind::text, "7"), "\"7\"");
}

}  // namespace
}  // namespace rehome::administration
