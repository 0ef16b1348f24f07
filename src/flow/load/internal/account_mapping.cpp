// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_mapping.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/core/error.h"
#include "flow/load/internal/group_choice.h"
#include "flow/load/internal/home_choice.h"
#include "flow/load/internal/id_ranges.h"
#include "flow/load/internal/names.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr std::uint32_t kNobody = 65534;
constexpr std::size_t kMostRanges = 16;  // of one account and kind

std::vector<IdRange> taken_ranges(std::span<const Account> accounts, std::vector<IdRange> Account::* ranges) {
  std::vector<IdRange> taken;
  for (const Account& account : accounts) {
    taken.push_back({account.uid, 1});
    taken.insert(taken.end(), (account.*ranges).begin(), (account.*ranges).end());
  }
  return taken;
}

bool is_executable_here(FileTree& files, const MachinePath& path) {
  const MachinePath place = files.canonical(path);
  try {
    const NodeInfo node = files.open(parent_of(place))->inspect(name_of_path(place));
    return node.kind == NodeKind::file;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return false;
    throw;
  }
}

class Mapper {
 public:
  Mapper(const CaptureInfo& info, Machine& destination, const LoadOptions& options, Findings& findings)
      : info_(info),
        destination_(destination),
        options_(options),
        findings_(findings),
        limits_(destination.accounts().limits()),
        mapping_{{}, {}, destination.accounts().list(), destination.accounts().groups()},
        subuids_(taken_ranges(mapping_.accounts, &Account::subuids)),
        subgids_(taken_ranges(mapping_.accounts, &Account::subgids)) {}

  AccountMapping map() {
    check_names_of_map();
    std::set<AccountNumber> seen = {kSystemAccount};
    for (const AccountNumber number : options_.accounts) {
      if (seen.insert(number).second) map_one(captured(number));
    }
    return std::move(mapping_);
  }

 private:
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
    RestoredAccount result{captured.number, source, {}, false, {}};
    const auto there = std::ranges::find(mapping_.accounts, name, &Account::name);
    if (there != mapping_.accounts.end()) {
      check_allowed(*there);
      result.destination = *there;
    } else if (source.kind == AccountKind::domain && !is_mapped(source)) {
      leave_out(captured, "the domain account " + printable(source.name) +
                              " is not known here; join this computer to its domain, or map it with --map-user");
      return;
    } else if (!is_sound_name(name)) {
      leave_out(captured, "the name " + printable(name) + " is none an account can have; map it with --map-user");
      return;
    } else {
      plan_new(result, name);
    }
    say(result);
    mapping_.restored.push_back(std::move(result));
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
    const bool is_planned = std::ranges::any_of(
        mapping_.restored, [&](const auto& other) { return other.is_new && other.destination.name == account.name; });
    if (!is_planned) check_home(destination_, account);
  }

  void plan_new(RestoredAccount& result, const std::string& name) {
    const Account& source = result.source;
    Account& made = result.destination;
    result.is_new = true;
    made.name = name;
    made.uid = free_uid(source.uid);
    made.comment = is_sound_field(source.comment) ? source.comment : "";
    GroupChooser groups(info_, limits_, options_, findings_, mapping_);
    made.gid = groups.primary_of(result);
    result.joins = groups.others_of(result);
    made.home = choose_home(destination_, {source, name, made.uid, mapping_.accounts});
    made.shell = shell_for(result);
    made.locked = source.locked || !options_.unlock_accounts;
    if (options_.with_passwords && source.password_hash && is_sound_field(*source.password_hash)) {
      made.password_hash = source.password_hash;
    }
    made.subuids = ranges_for(result, source.subuids, subuids_, "subuid");
    made.subgids = ranges_for(result, source.subgids, subgids_, "subgid");
    mapping_.accounts.push_back(made);
  }

  std::uint32_t free_uid(std::uint32_t wanted) const {
    std::set<std::uint32_t> used = {kNobody};
    for (const Account& account : mapping_.accounts) used.insert(account.uid);
    return free_id(wanted, {limits_.uid_min, limits_.uid_max}, used, "uid");
  }

  std::string shell_for(const RestoredAccount& result) {
    const std::string& wanted = result.source.shell;
    FileTree& files = destination_.files();
    if (is_plain_path(wanted) && is_sound_field(wanted) && is_executable_here(files, wanted)) return wanted;
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
      const auto free = given.size() < kMostRanges ? pool.give(range) : std::nullopt;
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
  const LoadOptions& options_;
  Findings& findings_;
  AccountLimits limits_;
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

void make_accounts(const AccountMapping& mapping, Accounts& accounts) {
  for (const Group& group : mapping.new_groups) accounts.create_group(group);
  for (const RestoredAccount& account : mapping.restored) {
    if (!account.is_new) continue;
    accounts.create_account(account.destination);
    for (const std::string& group : account.joins) accounts.add_to_group(group, account.destination.name);
  }
}

}  // namespace rehome::load
