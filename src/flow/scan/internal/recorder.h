// SPDX-License-Identifier: Apache-2.0
#pragma once
// The way from the walk to the sink: counts progress on the way, and looks whether the work is to stop. Any thread.

#include <string>
#include <string_view>

#include "base/core/error.h"
#include "base/core/worker_pool.h"
#include "model/capture.h"
#include "model/progress.h"

namespace rehome::scan {

class Recorder {
 public:
  Recorder(CaptureSink& sink, Progress& progress, const WorkerPool& pool)
      : sink_(sink), progress_(progress), pool_(pool) {}

  CaptureSink& sink() { return sink_; }
  Progress& progress() { return progress_; }

  void record(Object object);
  void report(FindingKind kind, AccountNumber account, MachinePath path, std::string message);
  /// Something at the source failed: vanished where it is gone, else unreadable.
  void report_failure(AccountNumber account, MachinePath path, const Error& error);
  /// Runs what reads extended attributes and flags: a failure costs these, not the object.
  template <typename Read>
  void read_attributes(AccountNumber account, const MachinePath& path, const Read& read) {
    try {
      read();
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      // What is gone shows in the next call on it.
      if (error.code() != ErrorCode::not_found) report(FindingKind::metadata_lost, account, path, error.what());
    }
  }
  /// Throws Error(cancelled) when the user or the failure of another task ended the scan.
  void check_stop() const;

 private:
  CaptureSink& sink_;
  Progress& progress_;
  const WorkerPool& pool_;
};

}  // namespace rehome::scan
