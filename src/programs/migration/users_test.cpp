// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Account> accounts() {
  const auto account = [](std::string name, std::uint32_t uid, AccountKind kind) {
    Account made;
    made.name = std::move(name);
    made.uid = uid;
    made.kind = kind;
    return made;
  };
  return {account("root", 0, AccountKind::service), account("ann", 1000, AccountKind::local),
          account("anna", 1001, AccountKind::local), account("CORP\\ben", 70001, AccountKind::domain)};
}

std::vector<std::string> names(const std::vector<std::string>& patterns) {
  std::vector<std::string> names;
  for (const Account& account : select_users(accounts(), patterns)) names.push_back(account.name);
  return names;
}

TEST(SelectUsers, WithoutAPatternEverybodyButServices) {
  EXPECT_THAT(names({}), ElementsAre("ann", "anna", "CORP\\ben"));
}

TEST(SelectUsers, ByNameWildcardAndNumber) {
  EXPECT_THAT(names({"ann"}), ElementsAre("ann"));
  EXPECT_THAT(names({"an*"}), ElementsAre("ann", "anna"));
  EXPECT_THAT(names({"70001"}), ElementsAre("CORP\\ben"));
  EXPECT_THAT(names({"CORP\\*", "ann"}), ElementsAre("ann", "CORP\\ben"));
  EXPECT_THAT(names({"z*"}), IsEmpty());
}

TEST(SelectUsers, AnExclamationMarkTakesAway) {
  EXPECT_THAT(names({"!anna"}), ElementsAre("ann", "CORP\\ben"));
  EXPECT_THAT(names({"an*", "!ann"}), ElementsAre("anna"));
}

TEST(SelectUsers, NobodyAndServicesAreErrors) {
  const auto code_of = [](const std::string& pattern) {
    try {
      names({pattern});
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::io;
  };
  EXPECT_EQ(code_of("nina"), ErrorCode::not_found);
  EXPECT_EQ(code_of("root"), ErrorCode::refused);
}

TEST(SelectUsers, AWildcardNeverSelectsAService) { EXPECT_THAT(names({"*"}), ElementsAre("ann", "anna", "CORP\\ben")); }

}  // namespace
}  // namespace rehome::cli
