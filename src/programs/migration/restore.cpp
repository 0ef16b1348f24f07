// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/restore.h"

#include <chrono>
#include <map>
#include <memory>

#include "base/core/error.h"
#include "flow/rules/rules.h"
#include "model/outcome.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/reporter.h"
#include "programs/migration/rule_loading.h"
#include "programs/migration/users.h"

namespace rehome::cli {

namespace {

void read_user_map(const std::vector<std::string>& pairs, load::LoadOptions& load) {
  for (const std::string& pair : pairs) {
    const std::size_t colon = pair.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == pair.size()) {
      throw Error(ErrorCode::invalid_argument,
                  "--map-user wants OLD:NEW, the user's name in the store and here, not " + printable(pair));
    }
    const bool added = load.map_user.emplace(pair.substr(0, colon), pair.substr(colon + 1)).second;
    if (!added) throw Error(ErrorCode::invalid_argument, "--map-user names " + pair.substr(0, colon) + " twice");
  }
}

/// The destination's own rules, for collisions; null where none were given.
std::unique_ptr<Plan> destination_plan(const RestoreOptions& options, Machine& machine,
                                       const std::vector<CapturedAccount>& accounts, Context& context) {
  if (options.rules.empty()) return nullptr;
  const rules::ParsedRules parsed = load_rules(options.rules, context);
  rules::CompiledRules compiled = rules::compile(*parsed.rules, machine, accounts, rules::Side::restore);
  print_and_check(compiled.diagnostics, context);
  return std::move(compiled.plan);
}

}  // namespace

void declare_restore_options(Arguments& arguments, RestoreOptions& options) {
  arguments.option("--root", "DIR", options.root, "The computer whose root folder this is, instead of the running one");
  arguments.option("--rules", "FILE", options.rules, "Migration XML files whose merge rules decide collisions");
  arguments.option("--users", "SELECT", options.users,
                   "Names, names with *, or uids; !NAME takes one away; all users without it");
  arguments.option("--map-user", "OLD:NEW", options.map_user, "Restore the user OLD of the store as NEW");
  arguments.option("--allow-system", "PATH", options.load.allow_system,
                   "A place outside the homes that may be written");
  arguments.option("--allow-groups", "GROUP", options.allow_groups,
                   "A privileged group (sudo, docker, ...) that users may keep");
  arguments.flag("--trust-source", options.load.trust_source,
                 "Restore owners of the system, setuid bits, file capabilities, devices and trusted attributes");
  arguments.flag("--with-passwords", options.load.with_passwords, "Restore the passwords of accounts that are made");
  arguments.flag("--unlock", options.load.unlock_accounts, "Do not lock the accounts that are made");
  arguments.flag("--dry-run", options.load.dry_run, "Say what would land where and what would be lost; write nothing");
}

RestoreResult restore(const CapturedState& state, RestoreOptions options, Work& work, FindingList& findings,
                      Context& context) {
  const auto start = std::chrono::steady_clock::now();
  read_user_map(options.map_user, options.load);
  options.load.allow_groups.insert(options.allow_groups.begin(), options.allow_groups.end());
  const std::unique_ptr<Machine> machine = open_machine(options.root);
  const std::vector<CapturedAccount> accounts = select_users(state.info(), options.users);
  work.progress.expected_objects = state.info().objects;
  work.progress.expected_bytes = state.info().content_bytes;
  std::map<AccountNumber, std::string> names;
  for (const CapturedAccount& captured : accounts) {
    options.load.accounts.push_back(captured.number);
    names[captured.number] = printable(captured.account.name);
  }
  *work.names.lock() = names;
  const std::unique_ptr<Plan> plan = destination_plan(options, *machine, accounts, context);
  const Reporter reporter(context, work.progress, "restoring", names);
  RestoreResult result;
  result.report = load::load(state, *machine, plan.get(), options.load, findings, work.progress);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace rehome::cli
