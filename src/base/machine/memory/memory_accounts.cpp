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

void MemoryAccounts::create_account(const Account& account) {
  auto state = state_.lock();
  for (const Account& other : state->accounts) {
    if (other.name == account.name) refuse_taken("account name " + account.name);
    if (other.uid == account.uid) refuse_taken("uid " + std::to_string(account.uid));
  }
  if (std::ranges::find(state->groups, account.gid, &Group::gid) == state->groups.end()) {
    throw Error(ErrorCode::not_found,
                "the primary group " + std::to_string(account.gid) + " of account " + account.name + " does not exist");
  }
  Account made = account;
  made.locked = account.locked || !account.password_hash;
  made.groups.clear();
  state->accounts.push_back(std::move(made));
}

void MemoryAccounts::create_group(const Group& group) {
  auto state = state_.lock();
  for (const Group& other : state->groups) {
    if (other.name == group.name) refuse_taken("group name " + group.name);
    if (other.gid == group.gid) refuse_taken("gid " + std::to_string(group.gid));
  }
  state->groups.push_back(group);
}

void MemoryAccounts::add_to_group(const std::string& group, const std::string& account) {
  auto state = state_.lock();
  const auto into = std::ranges::find(state->groups, group, &Group::name);
  const auto member = std::ranges::find(state->accounts, account, &Account::name);
  if (into == state->groups.end()) throw Error(ErrorCode::not_found, "there is no group " + group);
  if (member == state->accounts.end()) throw Error(ErrorCode::not_found, "there is no account " + account);
  insert_sorted(into->members, account);
  insert_sorted(member->groups, group);
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

}  // namespace rehome
