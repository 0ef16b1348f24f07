// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/store_route.h"

#include <gtest/gtest.h>

#include "base/core/error.h"
#include "programs/agent/named_accounts.h"
#include "programs/agent/release_step.h"

namespace rehome::agent {
namespace {

using site_client::Purpose;

StepState requested(Purpose purpose) {
  StepState state;
  state.purpose = purpose;
  state.lease = "l-0123456789abcdef";
  state.store_path = "/api/v1/vaults/x";
  return state;
}

ErrorCode refusal(const std::optional<StepState>& before, const sequence::Values& values) {
  StepVariables variables;
  set_variables(variables, values);
  try {
    choose_route(before, Purpose::capture, variables);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::cancelled;
}

TEST(StoreRoute, WhatWasRequestedOrAFolder) {
  EXPECT_FALSE(choose_route(requested(Purpose::capture), Purpose::capture, {}).is_local());
  StepVariables variables;
  variables.store_path = "/tmp/store";
  EXPECT_EQ(choose_route(std::nullopt, Purpose::capture, variables).local, "/tmp/store");
  variables.store_path = "/api/v1/vaults/x";  // OSDStateStorePath as the request set it
  EXPECT_FALSE(choose_route(requested(Purpose::capture), Purpose::capture, variables).is_local());
}

TEST(StoreRoute, NeverBothAndNeverOneForTheOther) {
  EXPECT_EQ(refusal(std::nullopt, {}), ErrorCode::not_found) << "S16";
  EXPECT_EQ(refusal(requested(Purpose::restore), {}), ErrorCode::not_found) << "S16";
  EXPECT_EQ(refusal(requested(Purpose::capture), {{"_OSDMigrateUseHardlinks", "1"}}), ErrorCode::refused) << "S10";
  EXPECT_EQ(refusal(std::nullopt, {{"_OSDMigrateUseHardlinks", "1"}}), ErrorCode::refused) << "S7";
  EXPECT_EQ(refusal(requested(Purpose::capture), {{"OSDStateStorePath", "/tmp/x"}}), ErrorCode::refused);
  EXPECT_EQ(refusal(std::nullopt, {{"OSDStateStorePath", "/"}}), ErrorCode::refused) << "C-T15";
}

TEST(ReleaseOutcome, IsWhatTheStepBeforeLeft) {
  StepState state = requested(Purpose::capture);
  EXPECT_EQ(release_outcome(state), "abandoned");
  state.outcome = StepOutcome::captured;
  EXPECT_EQ(release_outcome(state), "captured");
  state.purpose = Purpose::restore;
  state.outcome = StepOutcome::working;
  EXPECT_EQ(release_outcome(state), "failed") << "no clock starts";
  state.outcome = StepOutcome::restored;
  EXPECT_EQ(release_outcome(state), "restored");
}

TEST(NamedAccounts, ByNameUidOrSid) {  // C-A12
  std::vector<Account> accounts(4);
  accounts[0].name = "ann";
  accounts[0].uid = 1000;
  accounts[1].name = "EXAMPLE\\ben";
  accounts[1].uid = 1001;
  accounts[2].name = "carl";
  accounts[2].uid = 1002;
  accounts[2].sid = "S-1-5-21-1";
  accounts[3].name = "daemon";
  accounts[3].kind = AccountKind::service;
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_of(accounts_named(accounts, {"1000", "EXAMPLE\\ben", "S-1-5-21-1"})),
            (Names{"ann", "EXAMPLE\\ben", "carl"}));
  EXPECT_EQ(names_of(accounts_named(accounts, {})).size(), 3U);
  EXPECT_EQ(names_of(accounts_named(accounts, {"daemon", "*", ""})), Names{});
  EXPECT_EQ(names_without_account(accounts, {"ann", "dora"}), Names{"dora"});
}

}  // namespace
}  // namespace rehome::agent
