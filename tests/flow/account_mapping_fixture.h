// SPDX-License-Identifier: Apache-2.0
#pragma once
// Accounts of a captured state mapped to a computer in memory, and made there.

#include <gmock/gmock.h>

#include "flow/load/internal/account_maker.h"
#include "flow/load/internal/account_mapping.h"
#include "tests/flow/load_fixture.h"

namespace rehome::load {

class AccountMappingTest : public LoadTest {
 protected:
  AccountMapping map() {
    Findings counted(findings_);
    AccountMapping mapping = map_accounts(state_.info(), machine_, options_, counted);
    make_accounts(mapping, machine_.accounts(), counted);
    return mapping;
  }
  Error map_failing() {
    try {
      map();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "it did not fail";
    return Error(ErrorCode::io, "");
  }
  Account& source() { return state_.info().accounts[0].account; }
  void add_here(const Account& account) { machine_.accounts().set(account); }
};

}  // namespace rehome::load
