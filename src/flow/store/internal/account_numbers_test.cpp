// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/account_numbers.h"

#include <cstdint>
#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::store {
namespace {

Account named(const std::string& name, const std::string& sid = "") {
  Account account;
  account.name = name;
  account.sid = sid;
  return account;
}

TEST(AccountNumbers, BeginAtOneAndStay) {
  AccountNumbers numbers({}, {});
  EXPECT_EQ(numbers.number_of(named("ann")), 1U);
  EXPECT_EQ(numbers.number_of(named("bob")), 2U);
  EXPECT_EQ(numbers.number_of(named("ann")), 1U);
}

TEST(AccountNumbers, KnownAccountsKeepTheirs) {
  const std::vector<KnownAccount> known = {{5, "ann", ""}};
  AccountNumbers numbers(known, {});
  EXPECT_EQ(numbers.number_of(named("bob")), 6U);
  EXPECT_EQ(numbers.number_of(named("ann")), 5U);
  EXPECT_EQ(numbers.all().size(), 2U);
}

TEST(AccountNumbers, ANumberInUseByNobodyKnowsWhomIsNotGivenAway) {
  AccountNumbers numbers({}, {0, 3});
  EXPECT_EQ(numbers.number_of(named("ann")), 4U);
}

// Anybody who can write the store can put a blob of that name there, without a key.
TEST(AccountNumbers, NeverBeginAgainWithTheNumberOfTheSystem) {
  constexpr AccountNumber kLast = UINT32_MAX;
  AccountNumbers almost({}, {kLast - 1});
  EXPECT_EQ(almost.number_of(named("ann")), kLast);
  const std::vector<KnownAccount> known = {{kLast, "carl", ""}};
  AccountNumbers by_known(known, {});
  AccountNumbers by_taken({}, {kLast});
  for (AccountNumbers* numbers : {&almost, &by_known, &by_taken}) {
    try {
      ADD_FAILURE() << numbers->number_of(named("bob"));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::limit_exceeded);
    }
  }
  EXPECT_EQ(by_known.number_of(named("carl")), kLast) << "who has a number keeps it";
}

TEST(AccountNumbers, ASecurityIdentifierOutlivesAName) {
  const std::vector<KnownAccount> known = {{5, "PC\\ann", "S-1"}};
  AccountNumbers numbers(known, {});
  EXPECT_EQ(numbers.number_of(named("PC\\anna", "S-1")), 5U);
  EXPECT_EQ(numbers.number_of(named("PC\\ann", "S-2")), 6U);
}

}  // namespace
}  // namespace rehome::store
