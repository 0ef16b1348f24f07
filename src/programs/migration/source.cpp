// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/source.h"

#include "base/core/error.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/migration/rule_loading.h"
#include "programs/migration/users.h"

namespace rehome::cli {

void declare_source_options(Arguments& arguments, SourceOptions& options) {
  arguments.option("--root", "DIR", options.root, "The computer whose root folder this is, instead of the running one");
  arguments.option("--rules", "FILE", options.rules, "Migration XML files, instead of the built-in Linux rules");
  arguments.option("--users", "SELECT", options.users,
                   "Names, names with *, or uids; !NAME takes one away; all users without it");
  arguments.option("--also-volume", "DIR", options.also_volumes,
                   "Mount point of a network or removable volume to take too");
  arguments.flag("--keep-caches", options.keep_caches, "Take folders marked with a CACHEDIR.TAG too");
}

std::map<AccountNumber, std::string> Source::names() const {
  std::map<AccountNumber, std::string> names;
  for (const CapturedAccount& captured : accounts) names[captured.number] = printable(captured.account.name);
  return names;
}

namespace {

void add_unused_folders(const CapturedAccount& captured, Environment& environment, std::vector<Finding>& findings) {
  for (const KnownFolderNames& names : known_folders()) {
    const auto unused = environment.unused_folder(names.folder, &captured.account);
    if (!unused) continue;
    findings.push_back({.kind = FindingKind::left_out,
                        .account = captured.number,
                        .path = unused->place,
                        .message = "it should be the " + std::string(names.name) + " folder of " +
                                   printable(captured.account.name) + ", but " + unused->reason +
                                   ", so it is not captured unless a rule names it"});
  }
}

}  // namespace

std::vector<Finding> Source::findings() const {
  std::vector<Finding> findings;
  for (const CapturedAccount& captured : accounts) add_unused_folders(captured, machine->environment(), findings);
  for (const CapturedAccount& captured : accounts) {
    const AccountNumber owner = locations->locate(captured.canonical_home).account;
    if (owner == captured.number || owner == kSystemAccount) continue;
    findings.push_back({.kind = FindingKind::left_out,
                        .account = captured.number,
                        .path = captured.canonical_home,
                        .message = "the home of " + captured.account.name + " is the home of " + names().at(owner) +
                                   " too, or lies in it: it is captured as theirs, so restore both"});
  }
  return findings;
}

std::optional<CaptureRules> rules_of(const Source& source) {
  CaptureRules rules{
      .files = {}, .also_volumes = source.options.also_volumes, .keeps_tagged_caches = source.options.keep_caches};
  std::size_t bytes = 0;
  for (const rules::RuleFile& file : source.rule_files) {
    rules.files.push_back({.name = file.name, .text = file.text});
    bytes += file.text.size();
  }
  if (bytes > kLargestCaptureRules) return std::nullopt;
  return rules;
}

Source open_source(const SourceOptions& options, Context& context) {
  Source source;
  source.options = options;
  source.rule_files = load_rule_files(options.rules);
  source.parsed = parse_rules(source.rule_files, context);
  source.machine = open_machine(options.root);
  for (const Account& account : select_users(accounts_of(*source.machine), options.users)) {
    const MachinePath home = source.machine->environment().known_folder(KnownFolder::home, &account).value_or("");
    source.accounts.push_back({.account = account, .canonical_home = home});
  }
  if (source.accounts.empty()) {
    throw Error(ErrorCode::not_found, "no user is selected; `rehome users` lists those there are");
  }
  return source;
}

void compile_rules(Source& source, Context& context, const std::function<AccountNumber(const Account&)>& number_of) {
  source.locations = std::make_unique<LocationTable>(*source.machine);
  for (CapturedAccount& captured : source.accounts) {
    captured.number = number_of(captured.account);
    source.locations->add(captured.number, captured.account);
  }
  source.compiled = rules::compile(*source.parsed.rules, *source.machine, source.accounts, rules::Side::capture);
  print_and_check(source.compiled.diagnostics, context);
}

scan::ScanJob scan_job(const Source& source) {
  return {.machine = *source.machine,
          .plan = *source.compiled.plan,
          .locations = *source.locations,
          .accounts = source.accounts,
          .options = {.keep_tagged_caches = source.options.keep_caches, .also_volumes = source.options.also_volumes}};
}

std::function<AccountNumber(const Account&)> number_in_order() {
  return [next = AccountNumber{1}](const Account&) mutable { return next++; };
}

}  // namespace rehome::cli
