// SPDX-License-Identifier: Apache-2.0
// `rehome users`: who is there, and who would be migrated.
#include <fmt/format.h>
#include <memory>

#include "model/outcome.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/users.h"

namespace rehome::cli {

namespace {

struct UsersOptions {
  std::string root = "/";
  std::vector<std::string> patterns;
};

std::string_view name_of(AccountKind kind) {
  switch (kind) {
    case AccountKind::local:
      return "local";
    case AccountKind::domain:
      return "domain";
    case AccountKind::service:
      return "system";
  }
  return "local";
}

Json to_json(const Account& account) {
  return Json::Object{{"name", printable(account.name)},
                      {"kind", name_of(account.kind)},
                      {"uid", account.uid},
                      {"gid", account.gid},
                      {"home", printable(account.home)},
                      {"comment", printable(account.comment)},
                      {"locked", account.locked},
                      {"expired", account.expired}};
}

ExitCode list_users(const UsersOptions& options, Context& context) {
  const std::unique_ptr<Machine> machine = open_machine(options.root);
  const std::vector<Account> users = select_users(accounts_of(*machine), options.patterns);
  std::ostream& out = context.surroundings.out;
  if (context.options.json) {
    Json::List list;
    for (const Account& account : users) list.push_back(to_json(account));
    print_json(Json::Object{{"users", std::move(list)}}, context);
    return ExitCode::success;
  }
  out << fmt::format("{:<20} {:>10}  {:<7} {}\n", "USER", "UID", "KIND", "HOME");
  for (const Account& account : users) {
    out << fmt::format("{:<20} {:>10}  {:<7} {}\n", printable(account.name), account.uid, name_of(account.kind),
                       printable(account.home));
  }
  return ExitCode::success;
}

}  // namespace

void declare_users(Arguments& arguments) {
  const auto options = std::make_shared<UsersOptions>();
  arguments.option("--root", "DIR", options->root,
                   "The computer whose root folder this is, instead of the running one");
  arguments.option("--users,USERS", "SELECT", options->patterns, "Names, names with *, or uids; !NAME takes one away");
  arguments.run([options](Context& context) { return list_users(*options, context); });
}

}  // namespace rehome::cli
