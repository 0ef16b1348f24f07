// SPDX-License-Identifier: Apache-2.0
#include "site/internal/account_names.h"

#include <algorithm>
#include <set>

#include "base/core/error.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::size_t kLongestUid = 10;

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// "S-1-5-21-…": S, then numbers.
bool is_sid(std::string_view text) {
  if (!text.starts_with("S-1-")) return false;
  for (std::string_view rest = text.substr(4);;) {
    const std::size_t dash = rest.find('-');
    if (!is_digits(rest.substr(0, dash))) return false;
    if (dash == std::string_view::npos) return true;
    rest.remove_prefix(dash + 1);
  }
}

void check_account(const std::string& account) {
  check_name(account, "the name of an account");
  const auto bad = [&](std::string_view why) {
    throw Error(ErrorCode::invalid_argument, "\"" + account + "\" names no account: " + std::string(why));
  };
  if (is_digits(account) && account.size() > kLongestUid) bad("a uid has at most ten digits");
  if (account.starts_with("S-1-") && !is_sid(account)) bad("a SID is S-1- and numbers with dashes between them");
  const auto backslashes = std::ranges::count(account, '\\');
  if (backslashes > 1 || account.front() == '\\' || account.back() == '\\') bad("a domain is written DOMAIN\\name");
  if (account.find_first_of("/:*?\"<>|") != std::string::npos) bad("it has a character that no account has");
}

}  // namespace

void check_accounts(Behaviour behaviour, const std::vector<std::string>& accounts) {
  if (behaviour == Behaviour::all) {
    if (accounts.empty()) return;
    throw Error(ErrorCode::invalid_argument, "an association of all accounts names none");
  }
  if (accounts.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "an association with the setting " + std::string(name_of(behaviour)) + " names at least one account");
  }
  if (accounts.size() > kMostNamedAccounts) {
    throw Error(ErrorCode::limit_exceeded, "an association names at most 1000 accounts");
  }
  std::set<std::string> seen;
  for (const std::string& account : accounts) {
    check_account(account);
    if (!seen.insert(account).second) {
      throw Error(ErrorCode::invalid_argument, "the account " + account + " is named twice");
    }
  }
}

bool means_account(std::string_view wanted, const CapturedAccount& account) {
  if (is_digits(wanted)) return account.uid && std::to_string(*account.uid) == wanted;
  if (is_sid(wanted)) return account.sid == wanted;
  const bool is_windows_name = account.sid || wanted.find('\\') != std::string_view::npos;
  return is_windows_name ? fold_case(wanted) == fold_case(account.name) : wanted == account.name;
}

}  // namespace rehome::site
