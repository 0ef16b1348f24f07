// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/scan.h"

#include <algorithm>
#include <set>

#include "base/core/worker_pool.h"
#include "flow/scan/internal/walk.h"

namespace rehome::scan {

namespace {

/// Of an account without a place for its home.
std::string why_homeless(const Account& account) {
  const std::string& home = account.home;
  if (home.empty()) return "none is set";
  if (home == "/") return "it would be the whole computer";
  return home.starts_with('/') ? printable(home) + " cannot be one" : printable(home) + " is no absolute path";
}

bool has_a_home(const ScanJob& job, const CapturedAccount& account) {
  try {
    job.machine.files().open(account.canonical_home);
    return true;
  } catch (const Error& error) {
    return error.code() != ErrorCode::not_found;
  }
}

/// A volume that is not mounted must not look like a computer whose users have nothing.
void check_some_home(const ScanJob& job) {
  const auto is_homeless = [](const CapturedAccount& account) { return account.canonical_home.empty(); };
  if (std::ranges::all_of(job.accounts, is_homeless)) return;
  if (std::ranges::any_of(job.accounts, [&](const auto& account) { return has_a_home(job, account); })) return;
  const auto first = std::ranges::find_if_not(job.accounts, is_homeless);
  throw Error(ErrorCode::refused, "no home of the selected users is there, not even " +
                                      printable(first->canonical_home) + " of " + printable(first->account.name) +
                                      ": mount the volume that holds them");
}

void report_missing_homes(const ScanJob& job, Recorder& recorder) {
  for (const CapturedAccount& account : job.accounts) {
    if (account.canonical_home.empty()) {
      // Somewhere there may be one, which cannot be found.
      const bool may_have_one = account.account.home.starts_with('/') && account.account.home != "/";
      recorder.report(
          may_have_one ? FindingKind::unreadable : FindingKind::account, account.number, account.account.home,
          "the account " + printable(account.account.name) + " has no home: " + why_homeless(account.account) +
              "; only what rules name elsewhere is captured of it");
      continue;
    }
    try {
      job.machine.files().open(account.canonical_home);
    } catch (const Error& error) {
      const bool gone = error.code() == ErrorCode::not_found;
      recorder.report(FindingKind::unreadable, account.number, account.canonical_home,
                      "the home of " + account.account.name + " cannot be opened: " + error.what() +
                          (gone ? "; mount the volume that holds it, or leave the account out" : ""));
    }
  }
}

/// Folders beside the homes that are nobody's home: of accounts that are gone, or that only a directory service knows.
/// Whoever relies on a capture of all users must hear of them.
void report_ownerless_homes(const ScanJob& job, Recorder& recorder) {
  FileTree& files = job.machine.files();
  const auto users = job.machine.environment().known_folder(KnownFolder::users, nullptr);
  if (!users) return;
  std::set<MachinePath> homes;
  for (const Account& account : job.machine.accounts().list()) {
    if (account.kind != AccountKind::service) homes.insert(files.canonical(account.home));
  }
  for (const CapturedAccount& captured : job.accounts) homes.insert(captured.canonical_home);
  try {
    for (const DirectoryEntry& entry : files.open(*users)->list()) {
      const MachinePath path = files.canonical(*users + "/" + entry.name);
      const bool holds_a_home = std::ranges::any_of(
          homes, [&](const MachinePath& home) { return home == path || home.starts_with(path + "/"); });
      if (entry.kind != NodeKind::folder || entry.name == "lost+found" || holds_a_home) continue;
      const std::unique_ptr<Folder> folder = files.open(path);
      if (recorder.sink().owns(folder->inspect_self()) || folder->list().empty()) continue;
      recorder.report(
          FindingKind::left_behind, kSystemAccount, path,
          "no user of this computer has this home, so what is in it is not captured unless a rule names it");
    }
  } catch (const Error& error) {
    recorder.report_failure(kSystemAccount, *users, error);
  }
}

}  // namespace

void scan(const ScanJob& job, CaptureSink& sink, Progress& progress) {
  const Scope scope(job);
  scope.check_homes(job.accounts);
  WorkerPool pool({.name = "scan",
                   .threads = job.options.threads > 0 ? job.options.threads : usable_processors(),
                   .order = WorkerPool::Order::lifo});
  Recorder recorder(sink, progress, pool);
  recorder.check_stop();
  check_some_home(job);
  report_missing_homes(job, recorder);
  report_ownerless_homes(job, recorder);
  Walk walk(job, scope, recorder, pool);
  walk.begin();
  pool.finish();
  recorder.check_stop();
  walk.report_end();
}

}  // namespace rehome::scan
