// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_mapping.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <span>
#include <tuple>
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
    check_allowed_groups();
    for (const CapturedAccount* each : selected()) map_one(*each);
    return std::move(mapping_);
  }

 private:
  /// As the options name them, but those whose home lay in another's after the others, the outer before the inner ones,
  /// and who is here already before who comes to share a home.
  std::vector<const CapturedAccount*> selected() const {
    std::set<AccountNumber> seen = {kSystemAccount};
    std::vector<const CapturedAccount*> accounts;
    for (const AccountNumber number : options_.accounts) {
      if (seen.insert(number).second) accounts.push_back(&captured(number));
    }
    std::map<std::tuple<std::size_t, bool, std::size_t>, const CapturedAccount*> ordered;
    for (std::size_t place = 0; place < accounts.size(); ++place) {
      const MachinePath& home = accounts[place]->canonical_home;
      const bool is_inner = std::ranges::any_of(accounts, [&](const CapturedAccount* other) {
        return other->canonical_home != home && holds_home(other->canonical_home, home);
      });
      ordered[{is_inner ? home.size() : 0, !is_here(accounts[place]->account), place}] = accounts[place];
    }
    std::ranges::copy(ordered | std::views::values, accounts.begin());
    return accounts;
  }

  /// Whether the store's account itself is here already.
  bool is_here(const Account& source) const {
    return std::ranges::any_of(mapping_.accounts, [&](const Account& here) {
      return here.kind == AccountKind::local && is_of_store(destination_, here, source);
    });
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

  void check_allowed_groups() {
    for (const std::string& name : options_.allow_groups) {
      const auto is_called_so = [&](const Group& group) { return group.name == name; };
      const bool is_known = std::ranges::any_of(info_.groups, is_called_so) ||
                            std::ranges::any_of(mapping_.groups, is_called_so) || accounts_.group_named(name);
      if (is_known) continue;
      findings_.record({FindingKind::account, kSystemAccount, "",
                        "there is no group " + printable(name) + " here or in the store, so to allow it does nothing"});
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
      if (!plan_existing(captured, result, *there)) return;
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
  }

  GroupChooser groups() { return GroupChooser({info_, accounts_, limits_, subgids_, options_, findings_, mapping_}); }

  /// False where nothing may be written into its home, which is said: the others go on.
  bool plan_existing(const CapturedAccount& captured, RestoredAccount& result, Account& there) {
    result.destination = there;
    try {
      open_home(destination_.files(), mapping_.restored, result);
      judge_home(result, mapping_.accounts);
    } catch (const Error& error) {
      const bool is_verdict = error.code() == ErrorCode::refused;
      leave_out(captured,
                is_verdict ? error.message() : "the home of " + there.name + " here cannot be opened: " + error.what());
      return false;
    }
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
    return true;
  }

  /// Of whose home this one lay in at the source, the innermost; nullptr for none.
  const CapturedAccount* outer_of(const MachinePath& home) const {
    const CapturedAccount* outer = nullptr;
    for (const CapturedAccount& each : info_.accounts) {
      if (each.canonical_home == home || !holds_home(each.canonical_home, home)) continue;
      if (outer == nullptr || each.canonical_home.size() > outer->canonical_home.size()) outer = &each;
    }
    return outer;
  }

  /// Who shares this home, or else has it in his, and is restored too. Only a new one or the store's own: the home of
  /// anybody else who is here already is not for a store to share.
  std::optional<HomeHolder> holder_of_home(const MachinePath& home) const {
    const CapturedAccount* outer = outer_of(home);
    const RestoredAccount* holder = nullptr;
    for (const RestoredAccount& each : mapping_.restored) {
      const bool may_hold = each.is_new || is_of_store(destination_, each.destination, each.source);
      const bool shares = holds_home(each.source_home, home) && each.source_home == home;
      if (may_hold && (shares || (outer != nullptr && each.number == outer->number && holder == nullptr)))
        holder = &each;
    }
    if (holder == nullptr) return std::nullopt;
    std::vector<Account> settled = mapping_.accounts;
    std::erase_if(settled, [&](const Account& account) { return is_planned(account) || is_in_store(account); });
    return HomeHolder{holder->destination, beneath(home, holder->source_home), std::move(settled)};
  }

  bool is_in_store(const Account& here) const {
    return std::ranges::any_of(info_.accounts,
                               [&](const auto& captured) { return is_of_store(destination_, here, captured.account); });
  }

  /// Where it cannot be as it was.
  void say_of_home(const CapturedAccount& captured, const RestoredAccount& result,
                   const std::optional<HomeHolder>& holder) {
    if (holder && result.destination.home == join(holder->account.home, holder->rest)) return;
    if (const CapturedAccount* outer = outer_of(captured.canonical_home)) {
      say_elsewhere(result, "lay in that", *outer);
      return;
    }
    const CapturedAccount* sharer = sharer_of(captured);
    if (sharer == nullptr) return;
    if (find(name_for(sharer->account)) != nullptr) {
      say_elsewhere(result, "was that", *sharer);
    } else if (!is_selected(*sharer)) {
      note(result, "it shared its home with " + printable(sharer->account.name) +
                       ", who is not restored with it; what lay there may have been captured with that account: "
                       "restore it too");
    }
  }

  bool is_selected(const CapturedAccount& captured) const {
    return std::ranges::find(options_.accounts, captured.number) != options_.accounts.end();
  }

  const CapturedAccount* sharer_of(const CapturedAccount& captured) const {
    const auto found = std::ranges::find_if(info_.accounts, [&](const CapturedAccount& each) {
      return each.number != captured.number && each.canonical_home == captured.canonical_home &&
             holds_home(each.canonical_home, captured.canonical_home);
    });
    return found == info_.accounts.end() ? nullptr : &*found;
  }

  void say_elsewhere(const RestoredAccount& result, const std::string& how, const CapturedAccount& other) {
    const std::string& name = result.destination.name;
    std::string message = "the account " + name + ": its home " + how + " of " + printable(other.account.name);
    message += " at the source, " +
               std::string(is_selected(other) ? "where it cannot be here" : "who is not restored with it");
    message += ", so it is " + result.destination.home + "; to have it as it was, remove the account " + name +
               " and whatever has that place or that name here, and restore both with one command";
    findings_.record({FindingKind::refused, result.number, result.destination.home, std::move(message)});
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
    const auto holder = holder_of_home(result.source_home);
    try {
      const bool was_inner = outer_of(result.source_home) != nullptr;
      made.home = choose_home(destination_, {source, name, made.uid, mapping_.accounts, holder, was_inner});
      open_home(destination_.files(), mapping_.restored, result);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::refused) throw;
      leave_out(captured, error.message());
      return false;
    }
    made.gid = groups().primary_of(result);
    made.groups = groups().others_of(result);
    made.shell = shell_for(result);
    choose_texts(result);
    choose_password(result);
    made.subuids = ranges_for(result, source.subuids, subuids_, "subuid");
    made.subgids = ranges_for(result, source.subgids, subgids_, "subgid");
    say_of_home(captured, result, holder);
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
  }

  void choose_password(RestoredAccount& result) {
    const Account& source = result.source;
    Account& made = result.destination;
    made.aging = source.aging;
    if (options_.with_passwords) take_password(result);
    const bool may_be_unlocked = options_.unlock_accounts && !source.locked;
    made.locked = !may_be_unlocked || !made.password_hash;
    if (may_be_unlocked && made.locked) {
      note(result, "without a password it cannot be unlocked; bring it with --with-passwords, or set one with passwd");
    }
  }

  void take_password(RestoredAccount& result) {
    const Account& source = result.source;
    if (!source.password_hash) {
      if (!source.locked) lose(result, "the store holds no password of it");
    } else if (is_password_hash(*source.password_hash)) {
      result.destination.password_hash = source.password_hash;
      if (!source.aging) note(result, "the store does not say whether it or its password expires; set it with chage");
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
    if (!is_executable_here(files, given)) {
      note(result, "its shell " + printable(wanted) + " is not here, nor another; it gets " + given + ": install it");
    } else if (!wanted.empty()) {
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

  void lose(const RestoredAccount& result, const std::string& message) {
    findings_.record({FindingKind::metadata_lost, result.number, result.destination.home,
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
