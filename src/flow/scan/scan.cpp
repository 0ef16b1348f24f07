// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/scan.h"

#include "base/core/worker_pool.h"
#include "flow/scan/internal/walk.h"

namespace rehome::scan {

namespace {

void report_missing_homes(const ScanJob& job, Recorder& recorder) {
  for (const CapturedAccount& account : job.accounts) {
    try {
      job.machine.files().open(account.canonical_home);
    } catch (const Error& error) {
      const bool gone = error.code() == ErrorCode::not_found;
      recorder.report(gone ? FindingKind::account : FindingKind::unreadable, account.number, account.canonical_home,
                      "the home of " + account.account.name + " cannot be opened: " + error.what());
    }
  }
}

}  // namespace

void scan(const ScanJob& job, CaptureSink& sink, Progress& progress) {
  const Scope scope(job);
  WorkerPool pool({.name = "scan",
                   .threads = job.options.threads > 0 ? job.options.threads : usable_processors(),
                   .order = WorkerPool::Order::lifo});
  Recorder recorder(sink, progress, pool);
  recorder.check_stop();
  report_missing_homes(job, recorder);
  Walk walk(job, scope, recorder, pool);
  walk.begin();
  pool.finish();
  recorder.check_stop();
}

}  // namespace rehome::scan
