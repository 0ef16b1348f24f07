// SPDX-License-Identifier: Apache-2.0
// `rehome restore STORE`: store → load.
#include <chrono>
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "flow/load/load.h"
#include "programs/cli/internal/arguments.h"
#include "programs/cli/internal/findings.h"
#include "programs/cli/internal/host.h"
#include "programs/cli/internal/json_output.h"
#include "programs/cli/internal/reporter.h"
#include "programs/cli/internal/rule_loading.h"
#include "programs/cli/internal/store_access.h"
#include "programs/cli/internal/users.h"

namespace rehome::cli {

namespace {

struct RestoreOptions {
  std::string store;
  std::string capture;
  std::string root = "/";
  std::vector<std::string> rules;
  std::vector<std::string> users;
  std::vector<std::string> map_user;
  std::vector<std::string> allow_groups;
  KeyOptions keys;
  load::LoadOptions load;
};

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

std::vector<CapturedAccount> select_accounts(const CaptureInfo& info, const RestoreOptions& options) {
  std::vector<Account> accounts;
  for (const CapturedAccount& captured : info.accounts) accounts.push_back(captured.account);
  std::vector<CapturedAccount> selected;
  for (const Account& account : select_users(accounts, options.users)) {
    for (const CapturedAccount& captured : info.accounts) {
      if (captured.account.name == account.name) selected.push_back(captured);
    }
  }
  for (const auto& [source, destination] : options.load.map_user) {
    const bool known = std::any_of(selected.begin(), selected.end(),
                                   [&](const CapturedAccount& captured) { return captured.account.name == source; });
    if (!known) {
      throw Error(ErrorCode::not_found, fmt::format("--map-user names {}, who is not among the users being restored; "
                                                    "`rehome store info` lists those the capture holds",
                                                    printable(source)));
    }
  }
  return selected;
}

/// The destination's own rules, for collisions; null where none were given.
std::unique_ptr<Plan> destination_plan(const RestoreOptions& options, Machine& machine,
                                       const std::vector<CapturedAccount>& accounts, Context& context) {
  if (options.rules.empty()) return nullptr;
  const rules::ParsedRules parsed = load_rules(options.rules, context);
  rules::CompiledRules compiled = rules::compile(*parsed.rules, machine, accounts, rules::Side::restore);
  print_diagnostics(compiled.diagnostics, context);
  if (has_errors(compiled.diagnostics)) throw RulesRefused{};
  return std::move(compiled.plan);
}

Json to_json(const load::LoadReport& report, const CaptureInfo& info, double seconds, bool dry_run,
             FindingList& findings) {
  Json::Object homes;
  for (const auto& [account, home] : report.homes) homes.push_back({printable(account), printable(home)});
  Json::List created;
  for (const std::string& account : report.created_accounts) created.push_back(printable(account));
  return Json::Object{{"capture", info.capture_id},
                      {"dry_run", dry_run},
                      {"objects", report.objects},
                      {"written", report.written},
                      {"already_there", report.already_there},
                      {"content_bytes", report.content_bytes},
                      {"created_accounts", std::move(created)},
                      {"homes", std::move(homes)},
                      {"seconds", seconds},
                      {"findings", to_json(findings)}};
}

void print(const load::LoadReport& report, double seconds, bool dry_run, FindingList& findings, Context& context) {
  if (!context.options.quiet) {
    std::ostream& out = context.surroundings.out;
    for (const auto& [account, home] : report.homes) {
      out << fmt::format("{} {}\n", printable(account), printable(home));
    }
    out << fmt::format("{} {} objects, {} in {}; {} already there\n", dry_run ? "would restore" : "restored",
                       report.objects, human_bytes(report.content_bytes), human_seconds(seconds), report.already_there);
  }
  print_findings(findings, context);
}

ExitCode restore(RestoreOptions options, Context& context) {
  const auto start = std::chrono::steady_clock::now();
  read_user_map(options.map_user, options.load);
  options.load.allow_groups.insert(options.allow_groups.begin(), options.allow_groups.end());
  const OpenStore open = open_store(options.store, options.keys, context.surroundings);
  const std::unique_ptr<CapturedState> state = open.vault->open_capture(options.capture);
  const std::unique_ptr<Machine> machine = open_machine(options.root);
  const std::vector<CapturedAccount> accounts = select_accounts(state->info(), options);
  Progress progress;
  progress.expected_objects = state->info().objects;
  progress.expected_bytes = state->info().content_bytes;
  std::map<AccountNumber, std::string> names;
  for (const CapturedAccount& captured : accounts) {
    options.load.accounts.push_back(captured.number);
    names[captured.number] = printable(captured.account.name);
  }
  const std::unique_ptr<Plan> plan = destination_plan(options, *machine, accounts, context);
  FindingList findings;
  Reporter reporter(context, progress, "restoring", names);
  const load::LoadReport report = load::load(*state, *machine, plan.get(), options.load, findings, progress);
  reporter.finish();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (context.options.json) {
    print_json(to_json(report, state->info(), seconds, options.load.dry_run, findings), context);
  } else {
    print(report, seconds, options.load.dry_run, findings, context);
  }
  const FindingCounts counts = findings.counts();
  return counts.errors + counts.losses > 0 ? ExitCode::done_with_losses : ExitCode::success;
}

}  // namespace

void declare_restore(Arguments& arguments) {
  const auto options = std::make_shared<RestoreOptions>();
  declare_key_options(arguments, options->keys);
  arguments.option("--recovery-secret", "FILE", options->keys.recovery_secret_file,
                   "Secret half of a recovery key (mode 0600)");
  arguments.option("--capture", "ID", options->capture, "Id of a capture; the newest complete one without it");
  arguments.option("--root", "DIR", options->root,
                   "The computer whose root folder this is, instead of the running one");
  arguments.option("--rules", "FILE", options->rules, "Migration XML files whose merge rules decide collisions");
  arguments.option("--users", "SELECT", options->users,
                   "Names, names with *, or uids; !NAME takes one away; all users without it");
  arguments.option("--map-user", "OLD:NEW", options->map_user, "Restore the user OLD of the store as NEW");
  arguments.option("--allow-system", "PATH", options->load.allow_system,
                   "A place outside the homes that may be written");
  arguments.option("--allow-groups", "GROUP", options->allow_groups,
                   "A privileged group (sudo, docker, ...) that users may keep");
  arguments.flag("--trust-source", options->load.trust_source,
                 "Restore setuid bits, file capabilities, devices and trusted attributes");
  arguments.flag("--with-passwords", options->load.with_passwords, "Restore the passwords of accounts that are made");
  arguments.flag("--unlock", options->load.unlock_accounts, "Do not lock the accounts that are made");
  arguments.flag("--dry-run", options->load.dry_run, "Say what would land where and what would be lost; write nothing");
  arguments.required("STORE", options->store, "Folder of the store");
  arguments.run([options](Context& context) { return restore(*options, context); });
}

}  // namespace rehome::cli
