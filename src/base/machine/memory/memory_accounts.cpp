// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/memory_accounts.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"

namespace rehome {

namespace {

void insert_sorted(std::vector<std::string>& names, const std::string& name) {
  const auto place = std::ranges::lower_bound(names, name);
  if (place == names.end() || *place != name) names.insert(place, name);
}

[[noreturn]] void refuse_taken(const std::string& what) { throw Error(ErrorCode::already_exists, what + " is taken"); }

/// What is left over of an account of that name is nobody's.
void check_free(const std::string& name, const std::vector<IdRange>& ranges,
                const std::vector<SubordinateRange>& taken) {
  for (const IdRange& range : ranges) {
    for (const SubordinateRange& each : taken) {
      if (each.owner == name) continue;
      const bool apart = range.first >= std::uint64_t{each.range.first} + each.range.count ||
                         each.range.first >= std::uint64_t{range.first} + range.count;
      if (!apart) refuse_taken("the id range from " + std::to_string(range.first));
    }
  }
}

}  // namespace

std::vector<Account> MemoryAccounts::list() {
  std::vector<Account> accounts;
  auto state = state_.lock();
  for (const bool domain : {false, true}) {
    for (const Account& account : state->accounts) {
      if ((account.kind == AccountKind::domain) == domain) accounts.push_back(account);
    }
  }
  return accounts;
}

std::vector<Group> MemoryAccounts::groups() { return state_.lock()->groups; }

AccountLimits MemoryAccounts::limits() { return state_.lock()->limits; }

SubordinateRanges MemoryAccounts::subordinate_ranges() {
  SubordinateRanges ranges = Accounts::subordinate_ranges();
  auto state = state_.lock();
  ranges.uids.insert(ranges.uids.end(), state->ranges.uids.begin(), state->ranges.uids.end());
  ranges.gids.insert(ranges.gids.end(), state->ranges.gids.begin(), state->ranges.gids.end());
  return ranges;
}

std::optional<Account> MemoryAccounts::account_named(const std::string& name) {
  if (auto listed = Accounts::account_named(name)) return listed;
  auto state = state_.lock();
  const auto found = std::ranges::find(state->unlisted, name, &Account::name);
  return found == state->unlisted.end() ? std::nullopt : std::optional(*found);
}

std::optional<Account> MemoryAccounts::account_of(std::uint32_t uid) {
  if (auto listed = Accounts::account_of(uid)) return listed;
  auto state = state_.lock();
  const auto found = std::ranges::find(state->unlisted, uid, &Account::uid);
  return found == state->unlisted.end() ? std::nullopt : std::optional(*found);
}

void MemoryAccounts::State::pass_change() {
  if (++changes >= first_failing_change && first_failing_change > 0) throw Error(failure, "a failure of the test");
}

void MemoryAccounts::State::check_local(const std::vector<std::string>& names) const {
  for (const std::string& name : names) {
    const auto found = std::ranges::find(groups, name, &Group::name);
    if (found == groups.end() || !found->is_local) {
      throw Error(ErrorCode::not_found, "there is no local group " + name);
    }
  }
}

void MemoryAccounts::State::add_member(const std::vector<std::string>& names, const std::string& account) {
  for (const std::string& name : names) {
    insert_sorted(std::ranges::find(groups, name, &Group::name)->members, account);
  }
}

void MemoryAccounts::create_account(const Account& account) {
  auto state = state_.lock();
  state->pass_change();
  for (const auto* known : {&state->accounts, &state->unlisted}) {
    for (const Account& other : *known) {
      if (other.name == account.name) refuse_taken("account name " + account.name);
      if (other.uid == account.uid) refuse_taken("uid " + std::to_string(account.uid));
    }
  }
  check_free(account.name, account.subuids, state->ranges.uids);
  check_free(account.name, account.subgids, state->ranges.gids);
  if (std::ranges::find(state->groups, account.gid, &Group::gid) == state->groups.end()) {
    throw Error(ErrorCode::not_found,
                "the primary group " + std::to_string(account.gid) + " of account " + account.name + " does not exist");
  }
  Account made = account;
  made.locked = account.locked || !account.password_hash;
  state->check_local(account.groups);
  made.groups.clear();
  for (const std::string& name : account.groups) insert_sorted(made.groups, name);
  state->add_member(made.groups, made.name);
  state->accounts.push_back(std::move(made));
}

void MemoryAccounts::create_group(const Group& group) {
  auto state = state_.lock();
  state->pass_change();
  for (const Group& other : state->groups) {
    if (other.name == group.name) refuse_taken("group name " + group.name);
    if (other.gid == group.gid) refuse_taken("gid " + std::to_string(group.gid));
  }
  state->groups.push_back(group);
}

void MemoryAccounts::join_groups(const std::string& account, const std::vector<std::string>& groups) {
  auto state = state_.lock();
  state->pass_change();
  const auto listed = std::ranges::find(state->accounts, account, &Account::name);
  const auto unlisted = std::ranges::find(state->unlisted, account, &Account::name);
  if (listed == state->accounts.end() && unlisted == state->unlisted.end()) {
    throw Error(ErrorCode::not_found, "there is no account " + account);
  }
  state->check_local(groups);
  Account& member = listed != state->accounts.end() ? *listed : *unlisted;
  for (const std::string& name : groups) insert_sorted(member.groups, name);
  state->add_member(groups, account);
}

class MemoryAccounts::HeldLock final : public RestoreLock {
 public:
  explicit HeldLock(Locked<State>& state) : state_(state) {}
  HeldLock(const HeldLock&) = delete;
  HeldLock& operator=(const HeldLock&) = delete;
  ~HeldLock() override { state_.lock()->is_restoring = false; }

 private:
  Locked<State>& state_;
};

std::unique_ptr<RestoreLock> MemoryAccounts::lock_for_restore() {
  if (std::exchange(state_.lock()->is_restoring, true)) throw Error(ErrorCode::busy, "another restore is at work");
  return std::make_unique<HeldLock>(state_);
}

void MemoryAccounts::set(const Account& account) {
  auto state = state_.lock();
  const auto there = std::ranges::find(state->accounts, account.name, &Account::name);
  if (there == state->accounts.end()) {
    state->accounts.push_back(account);
  } else {
    *there = account;
  }
}

void MemoryAccounts::remove(const std::string& name) {
  auto state = state_.lock();
  std::erase_if(state->accounts, [&](const Account& account) { return account.name == name; });
}

void MemoryAccounts::set_limits(const AccountLimits& limits) { state_.lock()->limits = limits; }

void MemoryAccounts::set_unlisted(const Account& account) { state_.lock()->unlisted.push_back(account); }

void MemoryAccounts::add_subuids(const SubordinateRange& range) { state_.lock()->ranges.uids.push_back(range); }

void MemoryAccounts::add_subgids(const SubordinateRange& range) { state_.lock()->ranges.gids.push_back(range); }

void MemoryAccounts::fail_changes_from(std::uint64_t call, ErrorCode code) {
  auto state = state_.lock();
  state->changes = 0;
  state->first_failing_change = call;
  state->failure = code;
}

}  // namespace rehome
