// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/home_sharing.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

/// Another account of the store is mapped to it and makes it.
bool is_planned(const Account& account, const AccountMapping& plan) {
  return std::ranges::any_of(plan.restored,
                             [&](const auto& other) { return other.is_new && other.destination.name == account.name; });
}

}  // namespace

std::vector<const CapturedAccount*> HomeSharing::in_order(const std::vector<const CapturedAccount*>& accounts,
                                                          const std::vector<Account>& here) const {
  std::vector<std::tuple<std::size_t, bool, std::size_t>> ranks;  // the last is the place that it has now
  for (std::size_t place = 0; place < accounts.size(); ++place) {
    const MachinePath& home = accounts[place]->canonical_home;
    const bool is_inner = std::ranges::any_of(accounts, [&](const CapturedAccount* other) {
      return other->canonical_home != home && holds_home(other->canonical_home, home);
    });
    const bool is_here = std::ranges::any_of(here, [&](const Account& each) {
      return each.kind == AccountKind::local && is_of_store(destination_, each, accounts[place]->account);
    });
    ranks.emplace_back(is_inner ? home.size() : 0, !is_here, place);
  }
  std::ranges::sort(ranks);
  std::vector<const CapturedAccount*> ordered;
  for (const auto& rank : ranks) ordered.push_back(accounts[std::get<2>(rank)]);
  return ordered;
}

const CapturedAccount* HomeSharing::outer_of(const MachinePath& home) const {
  const CapturedAccount* outer = nullptr;
  for (const CapturedAccount& each : info_.accounts) {
    if (each.canonical_home == home || !holds_home(each.canonical_home, home)) continue;
    if (outer == nullptr || each.canonical_home.size() > outer->canonical_home.size()) outer = &each;
  }
  return outer;
}

const CapturedAccount* HomeSharing::sharer_of(const CapturedAccount& captured) const {
  const auto found = std::ranges::find_if(info_.accounts, [&](const CapturedAccount& each) {
    return each.number != captured.number && each.canonical_home == captured.canonical_home &&
           holds_home(each.canonical_home, captured.canonical_home);
  });
  return found == info_.accounts.end() ? nullptr : &*found;
}

std::optional<HomeHolder> HomeSharing::holder_of(const MachinePath& home, const AccountMapping& plan) const {
  const CapturedAccount* outer = outer_of(home);
  const RestoredAccount* holder = nullptr;
  for (const RestoredAccount& each : plan.restored) {
    if (!each.is_new && !is_of_store(destination_, each.destination, each.source)) continue;
    const bool shares = each.source_home == home && holds_home(each.source_home, home);
    const bool is_outer = outer != nullptr && each.number == outer->number;
    if (shares || (is_outer && holder == nullptr)) holder = &each;
  }
  if (holder == nullptr) return std::nullopt;
  std::vector<Account> settled = plan.accounts;
  std::erase_if(settled, [&](const Account& account) { return is_planned(account, plan) || is_in_store(account); });
  return HomeHolder{holder->destination, beneath(home, holder->source_home), std::move(settled)};
}

bool HomeSharing::is_in_store(const Account& here) const {
  return std::ranges::any_of(info_.accounts,
                             [&](const auto& captured) { return is_of_store(destination_, here, captured.account); });
}

}  // namespace rehome::load
