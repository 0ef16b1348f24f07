// SPDX-License-Identifier: Apache-2.0
// `rehome restore STORE`: a restore from a store in a folder of this computer.
#include <fmt/format.h>
#include <memory>

#include "programs/cli/internal/declarations.h"
#include "programs/cli/internal/store_access.h"
#include "programs/command/arguments.h"
#include "programs/command/json_output.h"
#include "programs/command/reporter.h"
#include "programs/migration/restore.h"

namespace rehome::cli {

namespace {

struct CommandLine {
  std::string store;
  std::string capture;
  KeyOptions keys;
  RestoreOptions restore;
};

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

ExitCode restore_from_store(const CommandLine& options, Context& context) {
  const OpenStore open = open_store(options.store, options.keys, context.surroundings);
  const std::unique_ptr<CapturedState> state = open.vault->open_capture(options.capture);
  FindingList findings;
  Work work;
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
  arguments.option("--capture", "ID", options->capture, "Id of a capture; the newest complete one without it");
  arguments.option("--root", "DIR", options->restore.root,
                   "The computer whose root folder this is, instead of the running one");
  arguments.option("--rules", "FILE", options->restore.rules,
                   "Migration XML files whose merge rules decide collisions");
  arguments.option("--users", "SELECT", options->restore.users,
                   "Names, names with *, or uids; !NAME takes one away; all users without it");
  arguments.option("--map-user", "OLD:NEW", options->restore.map_user, "Restore the user OLD of the store as NEW");
  arguments.option("--allow-system", "PATH", options->restore.load.allow_system,
                   "A place outside the homes that may be written");
  arguments.option("--allow-groups", "GROUP", options->restore.allow_groups,
                   "A privileged group (sudo, docker, ...) that users may keep");
  arguments.flag("--trust-source", options->restore.load.trust_source,
                 "Restore setuid bits, file capabilities, devices and trusted attributes");
  arguments.flag("--with-passwords", options->restore.load.with_passwords,
                 "Restore the passwords of accounts that are made");
  arguments.flag("--unlock", options->restore.load.unlock_accounts, "Do not lock the accounts that are made");
  arguments.flag("--dry-run", options->restore.load.dry_run,
                 "Say what would land where and what would be lost; write nothing");
  arguments.required("STORE", options->store, "Folder of the store");
  arguments.run([options](Context& context) { return restore_from_store(*options, context); });
}

}  // namespace rehome::cli
