// SPDX-License-Identifier: Apache-2.0
#include "flow/load/load.h"

#include "flow/load/internal/account_maker.h"
#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/findings.h"
#include "flow/load/internal/id_mapping.h"
#include "flow/load/internal/landing.h"
#include "flow/load/internal/restorer.h"
#include "flow/load/internal/settled_state.h"
#include "flow/load/internal/space_check.h"
#include "flow/load/internal/strayed_folders.h"
#include "flow/load/internal/survey.h"
#include "flow/load/internal/territory.h"

namespace rehome::load {

namespace {

LocationTable table_of(Machine& destination, const AccountMapping& mapping) {
  LocationTable table(destination);
  for (const RestoredAccount& account : mapping.restored) table.add(account.number, account.destination);
  return table;
}

void report_accounts(const AccountMapping& mapping, const Territory& territory, const Totals& totals,
                     LoadReport& report) {
  for (const RestoredAccount& account : mapping.restored) {
    const std::string& name = account.destination.name;
    if (account.is_new) report.created_accounts.push_back(name);
    report.homes[name] = account.destination.home;
    for (const KnownFolderNames& folder : known_folders()) {
      const bool holds_some = totals.known_folders.contains({account.number, folder.folder});
      if (!folder.per_user || folder.folder == KnownFolder::home || !holds_some) continue;
      const Target place = landing_of(territory, *territory.find({account.number, folder.folder, ""}));
      report.known_folders[name][std::string(folder.name)] = territory.path_of(place);
    }
  }
}

struct LookAhead {
  const CapturedState& state;
  Machine& destination;
  const LoadOptions& options;
  const AccountMapping& mapping;
  const Totals& totals;
  const FolderOverrides& overrides;
};

/// What can be known before anything is written. Throws Error(no_space).
void look_ahead(const LookAhead& ahead, Progress& progress) {
  const Totals& totals = ahead.totals;
  progress.expected_objects = totals.objects;
  progress.expected_bytes = totals.content_bytes;
  NoFindings nothing;
  Findings silent(nothing);
  const LocationTable table = table_of(ahead.destination, ahead.mapping);
  const Territory territory({ahead.destination, table, ahead.mapping, ahead.overrides, ahead.options.allow_system},
                            silent);
  const SettledState settled(
      ahead.state, settle_user_dirs(totals.user_dirs, totals.known_folders, territory, ahead.destination, silent));
  check_space({settled, ahead.mapping, territory, ahead.destination, ahead.options}, totals.needs, progress);
}

}  // namespace

LoadReport load(const CapturedState& state, Machine& destination, const Plan* plan, const LoadOptions& options,
                FindingSink& findings, Progress& progress) {
  const auto lock = options.dry_run ? nullptr : destination.accounts().lock_for_restore();
  Findings counted(findings);
  AccountMapping mapping = map_accounts(state.info(), destination, options, counted);
  const Totals totals = survey(state, mapping, progress);
  const FolderOverrides overrides = wishes_of(totals.user_dirs, state.info(), mapping, destination);
  look_ahead({state, destination, options, mapping, totals, overrides}, progress);

  if (!options.dry_run) make_accounts(mapping, destination.accounts(), counted);
  const LocationTable table = table_of(destination, mapping);
  const Territory territory({destination, table, mapping, overrides, options.allow_system}, counted);
  const IdMapping ids(state.info(), mapping, counted);
  const SettledState settled(state,
                             settle_user_dirs(totals.user_dirs, totals.known_folders, territory, destination, counted));
  Restorer restorer({settled, destination, plan, options, mapping, territory, ids, counted, progress});
  LoadReport report;
  restorer.run(report);
  report_accounts(mapping, territory, totals, report);
  report_strayed_folders(mapping, totals.known_folders, territory, destination.files(), counted);
  report.findings = counted.counts();
  return report;
}

}  // namespace rehome::load
