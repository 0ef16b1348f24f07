// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/users.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/wildcard.h"
#include "base/machine/existing_node.h"
#include "model/outcome.h"

namespace rehome::cli {

namespace {

bool has_account_file(FileTree& files) {
  return existing_node(*files.open("/"), "etc") && existing_node(*files.open("/etc"), "passwd");
}

struct Selector {
  std::string text;
  bool takes_away = false;
  bool has_wildcard() const { return text.find('*') != std::string::npos; }
  bool means(const Account& account) const {
    return matches_wildcard(text, account.name) || text == std::to_string(account.uid);
  }
};

std::vector<Selector> parse(const std::vector<std::string>& patterns) {
  std::vector<Selector> selectors;
  for (const std::string& pattern : patterns) {
    const bool takes_away = pattern.starts_with('!');
    selectors.push_back({.text = pattern.substr(takes_away ? 1 : 0), .takes_away = takes_away});
  }
  return selectors;
}

/// `nobody`: what to say, with {} in place of the name, where it means nobody.
void check_selector(const Selector& selector, const std::vector<Account>& accounts, std::string_view nobody) {
  if (selector.has_wildcard() || selector.takes_away) return;
  const auto found =
      std::find_if(accounts.begin(), accounts.end(), [&](const Account& account) { return selector.means(account); });
  if (found == accounts.end()) {
    throw Error(ErrorCode::not_found, fmt::format(fmt::runtime(nobody), printable(selector.text)));
  }
  if (found->kind == AccountKind::service) {
    throw Error(
        ErrorCode::refused,
        fmt::format(
            "{} (uid {}) is a system account; only users' accounts are migrated, of others only what rules name",
            printable(found->name), found->uid));
  }
}

bool is_selected(const Account& account, const std::vector<Selector>& selectors) {
  const auto some_names = [](const Selector& selector) { return !selector.takes_away; };
  bool selected = std::none_of(selectors.begin(), selectors.end(), some_names);
  for (const Selector& selector : selectors) {
    if (!selector.means(account)) continue;
    if (selector.takes_away) return false;
    selected = true;
  }
  return selected;
}

std::vector<Account> select(const std::vector<Account>& accounts, const std::vector<std::string>& patterns,
                            std::string_view nobody) {
  const std::vector<Selector> selectors = parse(patterns);
  for (const Selector& selector : selectors) check_selector(selector, accounts, nobody);
  std::vector<Account> selected;
  for (const Account& account : accounts) {
    if (account.kind != AccountKind::service && is_selected(account, selectors)) selected.push_back(account);
  }
  return selected;
}

}  // namespace

std::vector<Account> accounts_of(Machine& machine) {
  std::vector<Account> accounts = machine.accounts().list();
  if (accounts.empty() && machine.flavour() == MachineFlavour::linux && !has_account_file(machine.files())) {
    throw Error(ErrorCode::not_found,
                "there is no /etc/passwd, so no user is known; --root takes the root folder of a whole system");
  }
  return accounts;
}

std::vector<Account> select_users(const std::vector<Account>& accounts, const std::vector<std::string>& patterns) {
  return select(accounts, patterns, "there is no user {} here; `rehome users` lists those there are");
}

std::vector<CapturedAccount> select_users(const CaptureInfo& info, const std::vector<std::string>& patterns) {
  std::vector<Account> accounts;
  for (const CapturedAccount& captured : info.accounts) accounts.push_back(captured.account);
  std::vector<CapturedAccount> selected;
  for (const Account& account :
       select(accounts, patterns, "the capture holds no user {}; `rehome store info` lists those it holds")) {
    for (const CapturedAccount& captured : info.accounts) {
      if (captured.account.name == account.name) selected.push_back(captured);
    }
  }
  return selected;
}

}  // namespace rehome::cli
