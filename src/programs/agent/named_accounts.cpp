// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/named_accounts.h"

#include <algorithm>

namespace rehome::agent {

namespace {

bool means(const std::string& named, const Account& account) {
  return named == account.name || named == std::to_string(account.uid) ||
         (!account.sid.empty() && named == account.sid);
}

}  // namespace

std::vector<Account> accounts_named(const std::vector<Account>& accounts, const std::vector<std::string>& named) {
  std::vector<Account> found;
  for (const Account& account : accounts) {
    if (account.kind == AccountKind::service) continue;
    const bool is_named =
        named.empty() || std::ranges::any_of(named, [&](const std::string& name) { return means(name, account); });
    if (is_named) found.push_back(account);
  }
  return found;
}

std::vector<std::string> names_without_account(const std::vector<Account>& accounts,
                                               const std::vector<std::string>& named) {
  std::vector<std::string> missing;
  for (const std::string& name : named) {
    if (std::ranges::none_of(accounts, [&](const Account& account) { return means(name, account); })) {
      missing.push_back(name);
    }
  }
  return missing;
}

std::vector<std::string> names_of(const std::vector<Account>& accounts) {
  std::vector<std::string> names;
  for (const Account& account : accounts) names.push_back(account.name);
  return names;
}

}  // namespace rehome::agent
