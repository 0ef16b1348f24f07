// SPDX-License-Identifier: Apache-2.0
#pragma once
// The accounts and groups of the fake machine: what create_* makes is what list() and groups() give.

#include <string>
#include <vector>

#include "base/core/locked.h"
#include "base/machine/accounts.h"

namespace rehome {

class MemoryAccounts final : public Accounts {
 public:
  std::vector<Account> list() override;
  std::vector<Group> groups() override;
  AccountLimits limits() override;
  void create_account(const Account& account) override;
  void create_group(const Group& group) override;
  void add_to_group(const std::string& group, const std::string& account) override;

  /// Puts an account in as it is, primary group or not; replaces one of that name.
  void set(const Account& account);
  void remove(const std::string& name);
  void set_limits(const AccountLimits& limits);

 private:
  struct State {
    std::vector<Account> accounts;
    std::vector<Group> groups;
    AccountLimits limits;
  };
  Locked<State> state_;
};

}  // namespace rehome
