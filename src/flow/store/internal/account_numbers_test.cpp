// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/account_numbers.h"

#include <gtest/gtest.h>

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

TEST(AccountNumbers, ASecurityIdentifierOutlivesAName) {
  const std::vector<KnownAccount> known = {{5, "PC\\ann", "S-1"}};
  AccountNumbers numbers(known, {});
  EXPECT_EQ(numbers.number_of(named("PC\\anna", "S-1")), 5U);
  EXPECT_EQ(numbers.number_of(named("PC\\ann", "S-2")), 6U);
}

}  // namespace
}  // namespace rehome::store
