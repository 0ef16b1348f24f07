// SPDX-License-Identifier: Apache-2.0
#pragma once
// Says on stderr how far a long piece of work is: one living line on a terminal (bytes, objects, rate, remaining time,
// user), a plain line every few seconds otherwise, nothing with --quiet. Also carries the user's wish to stop into
// the work.

#include <chrono>
#include <condition_variable>
#include <map>
#include <string>

#include "base/core/locked.h"
#include "base/core/worker_pool.h"
#include "model/progress.h"
#include "programs/command/command.h"

namespace rehome::cli {

class Reporter {
 public:
  /// `doing`: "capturing". `names`: account numbers to show by name. Runs until destroyed or finish().
  Reporter(Context& context, Progress& progress, std::string doing, std::map<AccountNumber, std::string> names);
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  /// Ends the living line; called before results are printed.
  void finish();

 private:
  void tick_until_finished();
  void show();
  std::string line() const;

  Context& context_;
  Progress& progress_;
  std::string doing_;
  std::map<AccountNumber, std::string> names_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_shown_;
  Locked<bool> finished_{false};
  WorkerPool pool_;
};

}  // namespace rehome::cli
