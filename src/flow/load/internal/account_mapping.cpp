// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_mapping.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <span>
#include <utility>

#include "base/core/error.h"
#include "base/machine/account_rules.h"
#include "flow/load/internal/group_choice.h"
#include "flow/load/internal/home_choice.h"
#include "flow/load/internal/id_ranges.h"
#include "flow/load/internal/names.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr std::size_t kMostRanges = 16;  // of one account and kind
constexpr std::uint32_t kExecutable = 0111;

/// Of each kind the lines of its file, and the ids that somebody has as his own.
std::vector<SubordinateRange> taken_uids(const SubordinateRanges& ranges, std::span<const Account> accounts) {
  std::vector<SubordinateRange> taken = ranges.uids;
  for (const Account& account : accounts) taken.push_back({"", {account.uid, 1}});
  return taken;
}

std::vector<SubordinateRange> taken_gids(const SubordinateRanges& ranges, std::span<const Account> accounts,
                                         std::span<const Group> groups) {
  std::vector<SubordinateRange> taken = ranges.gids;
  for (const Account& account : accounts) taken.push_back({"", {account.gid, 1}});
  for (const Group& group : groups) taken.push_back({"", {group.gid, 1}});
  return taken;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

bool is_executable_here(FileTree& files, const MachinePath& path) {
  const MachinePath place = files.canonical(path);
  try {
    const NodeInfo node = files.open(parent_of(place))->inspect(name_of_path(place));
    return node.kind == NodeKind::file && (node.metadata.mode & kExecutable) != 0;
  } catch (const Error&) {
    return false;
  }
}

class Mapper {
 public:
  Mapper(const CaptureInfo& info, Machine& destination, const LoadOptions& options, Findings& findings)
      : info_(info),
        destination_(destination),
        accounts_(destination.accounts()),
        options_(options),
        findings_(findings),
        limits_(accounts_.limits()),
        mapping_{{}, {}, accounts_.list(), accounts_.groups(), limits_},
        subuids_(taken_uids(accounts_.subordinate_ranges(), mapping_.accounts)),
        subgids_(taken_gids(accounts_.subordinate_ranges(), mapping_.accounts, mapping_.groups)) {}

  AccountMapping map() {
    check_names_of_map();
    for (const CapturedAccount* each : selected()) map_one(*each);
    return std::move(mapping_);
  }

 private:
  /// As the options name them, but those whose home lay in another's after the others, the outer before the inner ones.
  std::vector<const CapturedAccount*> selected() const {
    std::set<AccountNumber> seen = {kSystemAccount};
    std::vector<const CapturedAccount*> accounts;
    for (const AccountNumber number : options_.accounts) {
      if (seen.insert(number).second) accounts.push_back(&captured(number));
    }
    std::map<std::pair<std::size_t, std::size_t>, const CapturedAccount*> ordered;
    for (std::size_t place = 0; place < accounts.size(); ++place) {
      const MachinePath& home = accounts[place]->canonical_home;
      const bool is_inner = std::ranges::any_of(accounts, [&](const CapturedAccount* other) {
        return other->canonical_home != home && holds_home(other->canonical_home, home);
      });
      ordered[{is_inner ? home.size() : 0, place}] = accounts[place];
    }
    std::ranges::copy(ordered | std::views::values, accounts.begin());
    return accounts;
  }

  const CapturedAccount& captured(AccountNumber number) const {
    const auto found = std::ranges::find(info_.accounts, number, &CapturedAccount::number);
    if (found != info_.accounts.end()) return *found;
    throw Error(ErrorCode::not_found, "the store holds no account with the number " + std::to_string(number));
  }

  void check_names_of_map() const {
    for (const auto& [from, to] : options_.map_user) {
      const bool held =
          std::ranges::any_of(info_.accounts, [&](const auto& each) { return each.account.name == from; });
      if (!held) {
        throw Error(ErrorCode::not_found, "the store holds no account " + printable(from) +
                                              " that could be mapped to " + printable(to) +
                                              "; list its accounts with: rehome store info");
      }
    }
  }

  bool is_mapped(const Account& source) const { return options_.map_user.contains(source.name); }

  std::string name_for(const Account& source) const {
    const auto mapped = options_.map_user.find(source.name);
    if (mapped != options_.map_user.end()) return mapped->second;
    return std::string(name_without_domain(source.name));
  }

  void map_one(const CapturedAccount& captured) {
    const Account& source = captured.account;
    const std::string name = name_for(source);
    RestoredAccount result;
    result.number = captured.number;
    result.source = source;
    result.source_home = captured.canonical_home;
    if (Account* there = find(name)) {
      check_allowed(*there);
      if (const auto obstacle = obstacle_to_home(destination_, *there)) {
        leave_out(captured, "the home of " + there->name + " here cannot be opened: " + *obstacle);
        return;
      }
      plan_existing(result, *there);
    } else if (source.kind == AccountKind::domain && !is_mapped(source)) {
      leave_out(captured, "the domain account " + printable(source.name) +
                              " is not known here; join this computer to its domain, or map it with --map-user");
      return;
    } else if (!is_account_name(name)) {
      leave_out(captured, "the name " + printable(name) + " is none an account can have; map it with --map-user");
      return;
    } else if (!plan_new(captured, result, name)) {
      return;
    }
    say(result);
    mapping_.restored.push_back(std::move(result));
  }

  /// Valid until the next account is found or planned.
  Account* find(const std::string& name) {
    const auto listed = std::ranges::find(mapping_.accounts, name, &Account::name);
    if (listed != mapping_.accounts.end()) return &*listed;
    auto unlisted = is_account_name(name) ? accounts_.account_named(name) : std::nullopt;
    return unlisted ? &mapping_.accounts.emplace_back(*std::move(unlisted)) : nullptr;
  }

  void leave_out(const CapturedAccount& captured, std::string message) {
    findings_.record({FindingKind::not_restored, captured.number, captured.canonical_home, std::move(message)});
  }

  /// A restore writes as whoever owns the home: never as the system.
  void check_allowed(const Account& account) const {
    const bool is_service =
        account.kind == AccountKind::service || account.uid < limits_.uid_min || account.uid == kNobody;
    if (is_service) {
      throw Error(ErrorCode::refused, "nothing can be restored to " + account.name + " (uid " +
                                          std::to_string(account.uid) +
                                          "), which is no user's account; map to another with --map-user");
    }
    if (!is_planned(account)) check_home(destination_, account);
  }

  GroupChooser groups() { return GroupChooser({info_, accounts_, limits_, subgids_, options_, findings_, mapping_}); }

  void plan_existing(RestoredAccount& result, Account& there) {
    result.destination = there;
    result.joins = groups().missing_of(result);
    there.groups.insert(there.groups.end(), result.joins.begin(), result.joins.end());
    result.destination.groups = there.groups;
    const Account& source = result.source;
    if (options_.with_passwords && source.password_hash && source.password_hash != there.password_hash) {
      note(result, "it was here before, so its password stays as it is; change it with passwd");
    }
    if (options_.unlock_accounts && there.locked && !source.locked) {
      note(result, "it was here before, so it stays locked; unlock it with passwd --unlock");
    }
  }

  /// The innermost, where there are several. Only a new one: the home of who is here already is not for a store to
  /// share.
  std::optional<HomeHolder> holder_of_home(const MachinePath& home) const {
    const RestoredAccount* holder = nullptr;
    for (const RestoredAccount& each : mapping_.restored) {
      if (!each.is_new || !holds_home(each.source_home, home)) continue;
      if (holder == nullptr || each.source_home.size() > holder->source_home.size()) holder = &each;
    }
    if (holder == nullptr) return std::nullopt;
    std::vector<Account> settled = mapping_.accounts;
    std::erase_if(settled, [&](const Account& account) { return is_planned(account); });
    return HomeHolder{holder->destination, beneath(home, holder->source_home), std::move(settled)};
  }

  /// Another account of the store is mapped to it and makes it.
  bool is_planned(const Account& account) const {
    return std::ranges::any_of(
        mapping_.restored, [&](const auto& other) { return other.is_new && other.destination.name == account.name; });
  }

  /// False where it can have no home here, which is said: the others go on.
  bool plan_new(const CapturedAccount& captured, RestoredAccount& result, const std::string& name) {
    const Account& source = result.source;
    Account& made = result.destination;
    result.is_new = true;
    made.name = name;
    made.uid = free_uid(source.uid);
    try {
      made.home =
          choose_home(destination_, {source, name, made.uid, mapping_.accounts, holder_of_home(result.source_home)});
    } catch (const Error& error) {
      if (error.code() != ErrorCode::refused) throw;
      leave_out(captured, error.message());
      return false;
    }
    made.gid = groups().primary_of(result);
    made.groups = groups().others_of(result);
    made.shell = shell_for(result);
    made.locked = source.locked || !options_.unlock_accounts;
    choose_texts(result);
    made.subuids = ranges_for(result, source.subuids, subuids_, "subuid");
    made.subgids = ranges_for(result, source.subgids, subgids_, "subgid");
    mapping_.accounts.push_back(made);
    return true;
  }

  void choose_texts(RestoredAccount& result) {
    const Account& source = result.source;
    if (is_account_text(source.comment)) {
      result.destination.comment = source.comment;
    } else {
      note(result, "its comment does not fit into an account file and was left away");
    }
    if (!options_.with_passwords || !source.password_hash) return;
    if (is_password_hash(*source.password_hash)) {
      result.destination.password_hash = source.password_hash;
    } else {
      note(result, "its password is in no form that this computer knows and was left away");
    }
  }

  std::uint32_t free_uid(std::uint32_t wanted) const {
    const auto is_taken = [&](std::uint32_t uid) {
      return uid == kNobody || std::ranges::find(mapping_.accounts, uid, &Account::uid) != mapping_.accounts.end() ||
             subuids_.holds(uid) || accounts_.account_of(uid);
    };
    return free_id(wanted, {limits_.uid_min, limits_.uid_max}, is_taken, "uid");
  }

  std::string shell_for(const RestoredAccount& result) {
    const std::string& wanted = result.source.shell;
    FileTree& files = destination_.files();
    if (is_plain_path(wanted) && is_account_text(wanted) && is_executable_here(files, wanted)) return wanted;
    const std::string given = is_executable_here(files, "/bin/bash") ? "/bin/bash" : "/bin/sh";
    if (!wanted.empty()) {
      note(result, "its shell " + printable(wanted) + " is not here; it got " + given);
    }
    return given;
  }

  std::vector<IdRange> ranges_for(const RestoredAccount& result, const std::vector<IdRange>& wanted, IdRangePool& pool,
                                  const std::string& kind) {
    std::vector<IdRange> given;
    for (const IdRange range : wanted) {
      const auto free = given.size() < kMostRanges ? pool.give(range, result.destination.name) : std::nullopt;
      if (free) {
        given.push_back(*free);
      } else {
        findings_.record({FindingKind::metadata_lost, result.number, result.destination.home,
                          "the account " + result.destination.name + " could not get a " + kind + " range of " +
                              std::to_string(range.count) + " ids"});
      }
    }
    return given;
  }

  void note(const RestoredAccount& result, const std::string& message) {
    findings_.record({FindingKind::account, result.number, result.destination.home,
                      "the account " + result.destination.name + ": " + message});
  }

  void say(const RestoredAccount& result) {
    const Account& source = result.source;
    const Account& here = result.destination;
    if (!result.is_new) {
      if (here.name != source.name) note(result, "it gets the state of " + printable(source.name));
      if (!result.joins.empty()) {
        note(result, (options_.dry_run ? "it would join " : "it joins ") + list_of(result.joins));
      }
      return;
    }
    std::string message = options_.dry_run ? "it would be made" : "it is made";
    message += " with uid " + std::to_string(here.uid);
    if (here.uid != source.uid) message += " (" + std::to_string(source.uid) + " at the source)";
    if (here.home != source.home) message += ", its home is " + here.home;
    if (here.locked) message += ", locked";
    note(result, message);
  }

  const CaptureInfo& info_;
  Machine& destination_;
  Accounts& accounts_;
  const LoadOptions& options_;
  Findings& findings_;
  AccountLimits limits_;
  AccountMapping mapping_;
  IdRangePool subuids_;
  IdRangePool subgids_;
};

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

const RestoredAccount* AccountMapping::find(AccountNumber number) const {
  const auto found = std::ranges::find(restored, number, &RestoredAccount::number);
  return found == restored.end() ? nullptr : &*found;
}

AccountMapping map_accounts(const CaptureInfo& info, Machine& destination, const LoadOptions& options,
                            Findings& findings) {
  return Mapper(info, destination, options, findings).map();
}

void make_accounts(AccountMapping& mapping, Accounts& accounts, Findings& findings) {
  AccountMaker(mapping, accounts, findings).make();
}

}  // namespace rehome::load
