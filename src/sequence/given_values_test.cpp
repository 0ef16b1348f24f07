// SPDX-License-Identifier: Apache-2.0
#include "sequence/given_values.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::sequence {
namespace {

using Pair = std::pair<std::string, std::string>;

ErrorCode code_of(std::string_view file, const std::vector<std::string>& assignments) {
  try {
    given_values(file, "f", assignments);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::cancelled;
}

TEST(GivenValues, WhatIsAssignedCountsMoreThanTheFile) {
  const Values values = given_values(R"({"A": "of the file", "b": "kept"})", "f", {"a=x=y", "C="});
  EXPECT_EQ(values, (Values{Pair("A", "x=y"), Pair("b", "kept"), Pair("C", "")}));
}

TEST(GivenValues, SecretsStandOnNoCommandLine) {
  EXPECT_EQ(code_of("", {"osdmigratelocalaccountpassword=x"}), ErrorCode::refused);
  EXPECT_EQ(given_values(R"({"OSDMigrateLocalAccountPassword": "x"})", "f", {}).size(), 1U);
}

TEST(GivenValues, WhatIsNoneIsRefused) {
  for (const char* text : {"", "=x", "A"}) EXPECT_EQ(code_of("", {text}), ErrorCode::invalid_argument) << text;
  for (const char* text : {"[]", "{", R"({"A": 1})"}) EXPECT_NE(code_of(text, {}), ErrorCode::cancelled) << text;
  EXPECT_EQ(code_of("", {"_SMSTSInWinPE=true"}), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace rehome::sequence
