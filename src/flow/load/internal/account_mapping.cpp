// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_mapping.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "base/core/error.h"
#include "base/machine/account_rules.h"
#include "flow/load/internal/account_details.h"
#include "flow/load/internal/account_notes.h"
#include "flow/load/internal/group_choice.h"
#include "flow/load/internal/home_choice.h"
#include "flow/load/internal/home_sharing.h"
#include "flow/load/internal/id_ranges.h"
#include "flow/load/internal/names.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

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

class Mapper {
 public:
  Mapper(const CaptureInfo& info, Machine& destination, const LoadOptions& options, Findings& findings)
      : info_(info),
        destination_(destination),
        accounts_(destination.accounts()),
        options_(options),
        findings_(findings),
        limits_(accounts_.limits()),
        homes_(info, destination),
        mapping_{{}, {}, accounts_.list(), accounts_.groups(), limits_, accounts_.subordinate_ranges()},
        subuids_(taken_uids(mapping_.ranges, mapping_.accounts)),
        subgids_(taken_gids(mapping_.ranges, mapping_.accounts, mapping_.groups)) {}

  AccountMapping map() {
    const std::vector<const CapturedAccount*> accounts = selected();
    check_names_of_map(accounts);
    check_allowed_groups();
    for (const CapturedAccount* each : homes_.in_order(accounts, mapping_.accounts)) map_one(*each);
    return std::move(mapping_);
  }

 private:
  std::vector<const CapturedAccount*> selected() const {
    std::set<AccountNumber> seen = {kSystemAccount};
    std::vector<const CapturedAccount*> accounts;
    for (const AccountNumber number : options_.accounts) {
      if (seen.insert(number).second) accounts.push_back(&captured(number));
    }
    return accounts;
  }

  const CapturedAccount& captured(AccountNumber number) const {
    const auto found = std::ranges::find(info_.accounts, number, &CapturedAccount::number);
    if (found != info_.accounts.end()) return *found;
    throw Error(ErrorCode::not_found, "the store holds no account with the number " + std::to_string(number));
  }

  void check_names_of_map(const std::vector<const CapturedAccount*>& selected) const {
    for (const auto& [from, to] : options_.map_user) {
      const bool is_selected =
          std::ranges::any_of(selected, [&](const auto* each) { return each->account.name == from; });
      if (is_selected) continue;
      throw Error(ErrorCode::not_found, printable(from) + ", who is to become " + printable(to) +
                                            " (--map-user), is not among the accounts being restored; list those of "
                                            "the store with: rehome store info");
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
      note(findings_, result, "it was here before, so its password stays as it is; change it with passwd");
    }
    if (options_.unlock_accounts && there.locked && !source.locked) {
      note(findings_, result, "it was here before, so it stays locked; unlock it with passwd --unlock");
    }
    return true;
  }

  /// Where it cannot be as it was.
  void say_of_home(const CapturedAccount& captured, const RestoredAccount& result,
                   const std::optional<HomeHolder>& holder) {
    if (holder && result.destination.home == join(holder->account.home, holder->rest)) return;
    if (const CapturedAccount* outer = homes_.outer_of(captured.canonical_home)) {
      say_elsewhere(result, "lay in that", *outer);
      return;
    }
    const CapturedAccount* sharer = homes_.sharer_of(captured);
    if (sharer == nullptr) return;
    if (find(name_for(sharer->account)) != nullptr) {
      say_elsewhere(result, "was that", *sharer);
    } else if (!is_selected(*sharer)) {
      note(findings_, result,
           "it shared its home with " + printable(sharer->account.name) +
               ", who is not restored with it; what lay there may have been captured with that account: "
               "restore it too");
    }
  }

  bool is_selected(const CapturedAccount& captured) const {
    return std::ranges::find(options_.accounts, captured.number) != options_.accounts.end();
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

  /// False where it can have no home here, which is said: the others go on.
  bool plan_new(const CapturedAccount& captured, RestoredAccount& result, const std::string& name) {
    const Account& source = result.source;
    Account& made = result.destination;
    result.is_new = true;
    made.name = name;
    made.uid = free_uid(source.uid);
    const auto holder = homes_.holder_of(result.source_home, mapping_);
    try {
      const bool was_inner = homes_.outer_of(result.source_home) != nullptr;
      made.home = choose_home(destination_, {source, name, made.uid, mapping_.accounts, holder, was_inner});
      open_home(destination_.files(), mapping_.restored, result);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::refused) throw;
      leave_out(captured, error.message());
      return false;
    }
    made.gid = groups().primary_of(result);
    made.groups = groups().others_of(result);
    choose_details(result, {destination_.files(), options_, findings_, subuids_, subgids_});
    say_of_home(captured, result, holder);
    mapping_.accounts.push_back(made);
    return true;
  }

  std::uint32_t free_uid(std::uint32_t wanted) const {
    const auto is_taken = [&](std::uint32_t uid) {
      return uid == kNobody || std::ranges::find(mapping_.accounts, uid, &Account::uid) != mapping_.accounts.end() ||
             subuids_.holds(uid) || accounts_.account_of(uid);
    };
    return free_id(wanted, {limits_.uid_min, limits_.uid_max}, is_taken, "uid");
  }

  void say(const RestoredAccount& result) {
    const Account& source = result.source;
    const Account& here = result.destination;
    if (!result.is_new) {
      if (here.name != source.name) note(findings_, result, "it gets the state of " + printable(source.name));
      if (!result.joins.empty()) {
        note(findings_, result, (options_.dry_run ? "it would join " : "it joins ") + list_of(result.joins));
      }
      return;
    }
    std::string message = options_.dry_run ? "it would be made" : "it is made";
    message += " with uid " + std::to_string(here.uid);
    if (here.uid != source.uid) message += " (" + std::to_string(source.uid) + " at the source)";
    if (here.home != source.home) message += ", its home is " + here.home;
    if (here.locked) message += ", locked";
    note(findings_, result, message);
  }

  const CaptureInfo& info_;
  Machine& destination_;
  Accounts& accounts_;
  const LoadOptions& options_;
  Findings& findings_;
  AccountLimits limits_;
  HomeSharing homes_;
  AccountMapping mapping_;
  IdRangePool subuids_;
  IdRangePool subgids_;
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

}  // namespace rehome::load
