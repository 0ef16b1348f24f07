// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_maker.h"

#include <map>
#include <set>

#include "base/core/error.h"
#include "flow/load/internal/names.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

/// What this computer says about one account or group, and not about all. The plan was made so that it need not; but a
/// directory service, or somebody who makes accounts at the same time, can still be in the way.
bool concerns_one(ErrorCode code) {
  return code == ErrorCode::already_exists || code == ErrorCode::invalid_argument || code == ErrorCode::refused;
}

class AccountMaker {
 public:
  AccountMaker(AccountMapping& mapping, Accounts& accounts, Findings& findings)
      : mapping_(mapping), accounts_(accounts), findings_(findings) {}

  void make() {
    for (const Group& group : mapping_.new_groups) make_group(group);
    for (RestoredAccount& account : mapping_.restored) {
      if (account.is_new) {
        make_account(account);
      } else if (!not_made_.contains(account.destination.name)) {
        join_groups(account);
      }
    }
    // Another account of the store may have been mapped to one that was not made.
    std::erase_if(mapping_.restored, [&](const auto& each) { return not_made_.contains(each.destination.name); });
    std::erase_if(mapping_.accounts, [&](const auto& each) { return not_made_.contains(each.name); });
    std::erase_if(mapping_.groups, [&](const auto& each) { return groups_not_made_.contains(each.name); });
  }

 private:
  void make_group(const Group& group) {
    try {
      accounts_.create_group(group);
    } catch (const Error& error) {
      if (!concerns_one(error.code())) throw;
      groups_not_made_.emplace(group.name, group.gid);
      findings_.record({FindingKind::account, kSystemAccount, "",
                        "the group " + group.name + " could not be made: " + error.what()});
    }
  }

  void make_account(RestoredAccount& account) {
    Account& made = account.destination;
    std::erase_if(made.groups, [&](const std::string& group) { return groups_not_made_.contains(group); });
    try {
      for (const auto& [name, gid] : groups_not_made_) {
        if (gid == made.gid) throw Error(ErrorCode::refused, "its primary group " + name + " could not be made");
      }
      for (const RestoredAccount& other : mapping_.restored) {
        if (not_made_.contains(other.destination.name) && lies_in(made.home, other.destination.home)) {
          throw Error(ErrorCode::refused, "its home lies in that of " + other.destination.name + ", which is missing");
        }
      }
      accounts_.create_account(made);
    } catch (const Error& error) {
      if (!concerns_one(error.code())) throw;
      not_made_.insert(made.name);
      findings_.record(
          {FindingKind::not_restored, account.number, made.home,
           "the account " + made.name + " could not be made, so nothing was restored to it: " + error.what()});
    }
  }

  void join_groups(RestoredAccount& account) {
    std::erase_if(account.joins, [&](const std::string& group) { return groups_not_made_.contains(group); });
    if (account.joins.empty()) return;
    try {
      accounts_.join_groups(account.destination.name, account.joins);
    } catch (const Error& error) {
      if (!concerns_one(error.code())) throw;
      findings_.record({FindingKind::metadata_lost, account.number, account.destination.home,
                        "the account " + account.destination.name + " could not join " + list_of(account.joins) + ": " +
                            error.what()});
    }
  }

  AccountMapping& mapping_;
  Accounts& accounts_;
  Findings& findings_;
  std::map<std::string, std::uint32_t> groups_not_made_;
  std::set<std::string> not_made_;
};

}  // namespace

void make_accounts(AccountMapping& mapping, Accounts& accounts, Findings& findings) {
  AccountMaker(mapping, accounts, findings).make();
}

}  // namespace rehome::load
