// SPDX-License-Identifier: Apache-2.0
#pragma once
// The accounts and groups of the fake machine: what create_* makes is what list() and groups() give.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/core/error.h"
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
  void join_groups(const std::string& account, const std::vector<std::string>& groups) override;
  std::unique_ptr<RestoreLock> lock_for_restore() override;
  SubordinateRanges subordinate_ranges() override;
  std::optional<Account> account_named(const std::string& name) override;
  std::optional<Account> account_of(std::uint32_t uid) override;

  /// Puts an account in as it is, primary group or not; replaces one of that name.
  void set(const Account& account);
  void remove(const std::string& name);
  void set_limits(const AccountLimits& limits);
  /// Of a directory that lists nobody: asked about it by name or number, it is known.
  void set_unlisted(const Account& account);
  void add_subuids(const SubordinateRange& range);
  void add_subgids(const SubordinateRange& range);
  /// From the `call`-th change on, counted from 1, all fail; 0: none does.
  void fail_changes_from(std::uint64_t call, ErrorCode code);

 private:
  class HeldLock;

  struct State {
    std::vector<Account> accounts;
    std::vector<Group> groups;
    std::vector<Account> unlisted;
    SubordinateRanges ranges;  // of no account
    AccountLimits limits;
    bool is_restoring = false;
    std::uint64_t changes = 0;
    std::uint64_t first_failing_change = 0;
    ErrorCode failure = ErrorCode::io;

    void pass_change();
    /// Throws Error(not_found).
    void check_local(const std::vector<std::string>& groups) const;
    void add_member(const std::vector<std::string>& groups, const std::string& account);
  };
  Locked<State> state_;
};

}  // namespace rehome
