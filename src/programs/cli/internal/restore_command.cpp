// SPDX-License-Identifier: Apache-2.0
// `rehome restore STORE`: a restore from a store in a folder of this computer, or at a site.
#include <fmt/format.h>
#include <memory>
#include <set>

#include "base/core/quantities.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/json_output.h"
#include "programs/migration/restore.h"
#include "programs/migration/site_login.h"
#include "programs/migration/store_access.h"

namespace rehome::cli {

namespace {

struct CommandLine {
  std::string store;
  std::string capture;
  KeyOptions keys;
  SiteLogin login;  // of a store at a site
  RestoreOptions restore;
};

Json known_folders_to_json(const load::LoadReport& report) {
  Json::Object accounts;
  for (const auto& [account, folders] : report.known_folders) {
    Json::Object places;
    for (const auto& [name, place] : folders) places.push_back({name, printable(place)});
    accounts.push_back({printable(account), std::move(places)});
  }
  return accounts;
}

Json to_json(const load::LoadReport& report, const CaptureInfo& info, double seconds, bool dry_run,
             FindingList& findings) {
  Json::Object homes;
  for (const auto& [account, home] : report.homes) homes.push_back({printable(account), printable(home)});
  Json::Object system;
  for (const auto& [place, objects] : report.system_locations) system.push_back({printable(place), objects});
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
                      {"known_folders", known_folders_to_json(report)},
                      {"system_locations", std::move(system)},
                      {"seconds", seconds},
                      {"findings", to_json(findings)}};
}

void print_known_folders(const load::LoadReport& report, const std::string& account, std::ostream& out) {
  const auto folders = report.known_folders.find(account);
  if (folders == report.known_folders.end()) return;
  for (const auto& [name, place] : folders->second) out << fmt::format("  {} {}\n", name, printable(place));
}

void print(const load::LoadReport& report, double seconds, bool dry_run, FindingList& findings, Context& context) {
  if (!context.options.quiet) {
    std::ostream& out = context.surroundings.out;
    for (const auto& [account, home] : report.homes) {
      out << fmt::format("{} {}\n", printable(account), printable(home));
      if (dry_run) print_known_folders(report, account, out);
    }
    for (const auto& [place, objects] : report.system_locations) {
      out << fmt::format("system {}: {}\n", printable(place), counted(objects, "object"));
    }
    out << fmt::format("{} {}, {} in {} ({}); {} already there\n", dry_run ? "would restore" : "restored",
                       counted(report.objects, "object"), human_bytes(report.content_bytes), human_seconds(seconds),
                       human_rate(report.content_bytes, seconds), report.already_there);
  }
  print_findings(findings, context);
}

OpenStore open(const CommandLine& options, Context& context) {
  if (!options.store.starts_with("https://")) return open_store(options.store, options.keys, context.surroundings);
  SiteLogin login = options.login;
  login.url = options.store;
  return open_store_at_site(site_login_options(login, context), options.keys, context.surroundings);
}

/// Whoever asks for the newest capture hears of users that only an older one holds: it may be of some users alone.
void report_users_of_older_captures(store::Vault& vault, const CaptureInfo& newest, FindingList& findings) {
  std::set<std::string> known;
  for (const CapturedAccount& account : newest.accounts) known.insert(account.account.name);
  for (const store::CaptureSummary& older : vault.captures()) {
    if (!older.info) continue;
    for (const CapturedAccount& account : older.info->accounts) {
      if (!known.insert(account.account.name).second) continue;
      findings.record({FindingKind::left_behind, kSystemAccount, account.canonical_home,
                       fmt::format("the newest capture does not hold {}, but that of {} does: --capture {} restores it",
                                   printable(account.account.name), to_iso8601(older.started), older.capture_id)});
    }
  }
}

ExitCode restore_from_store(const CommandLine& options, Context& context) {
  const OpenStore store = open(options, context);
  const std::unique_ptr<CapturedState> state = store.vault->open_capture(options.capture);
  FindingList findings;
  Work work;
  if (options.capture.empty()) report_users_of_older_captures(*store.vault, state->info(), findings);
  const RestoreResult result = restore(*state, options.restore, work, findings, context);
  const bool dry_run = options.restore.load.dry_run;
  if (context.options.json) {
    print_json(to_json(result.report, state->info(), result.seconds, dry_run, findings), context);
  } else {
    print(result.report, result.seconds, dry_run, findings, context);
  }
  const FindingCounts counts = findings.counts();
  return counts.errors + counts.losses > 0 ? ExitCode::done_with_losses : ExitCode::success;
}

}  // namespace

void declare_restore(Arguments& arguments) {
  const auto options = std::make_shared<CommandLine>();
  declare_key_options(arguments, options->keys);
  arguments.option("--recovery-secret", "FILE", options->keys.recovery_secret_file,
                   "Secret half of a recovery key (mode 0600)");
  arguments.option("--site-key-file", "FILE", options->keys.site_key_file,
                   "Key of the store from its site, as `rehome recovery show` gives it (mode 0600)");
  declare_site_login(arguments, options->login);
  arguments.option("--capture", "ID", options->capture, "Id of a capture; the newest without it");
  declare_restore_options(arguments, options->restore);
  arguments.required("STORE", options->store,
                     "Folder of the store, or its address at a site: https://…/api/v1/vaults/ID");
  arguments.run([options](Context& context) { return restore_from_store(*options, context); });
}

}  // namespace rehome::cli
