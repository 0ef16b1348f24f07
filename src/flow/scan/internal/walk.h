// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parallel walk: one task per folder, one per handful of leaves in it, one per large file. The pool runs the
// newest task first, so what is pending is what lies beside the way to the folders being read, not the whole tree.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/core/worker_pool.h"
#include "flow/scan/internal/leaf_taker.h"
#include "flow/scan/internal/scope.h"
#include "flow/scan/internal/visit.h"

namespace rehome::scan {

class Walk {
 public:
  Walk(const ScanJob& job, const Scope& scope, Recorder& recorder, WorkerPool& pool);

  /// Hands the pool the first tasks.
  void begin();
  /// When the pool has finished: findings about what only the whole tells.
  void report_end();

 private:
  /// A folder that was named by a listing and is to be looked into.
  struct Door {
    std::shared_ptr<const OpenVisit> in;
    std::string name;
    PlanState state;

    Leaf as_leaf() const { return {in, name}; }
  };

  void begin_at(const MachinePath& start);
  void report_left_out(const MachinePath& path, AccountNumber account, const Volume& volume);
  void open(const Door& door);
  /// Null where the folder stays out or could not be opened.
  std::shared_ptr<const OpenVisit> enter(std::shared_ptr<Visit> parent, MachinePath path, PlanState state,
                                         std::unique_ptr<Folder> folder);
  bool stays_out(const Visit* parent, const MachinePath& path, AccountNumber account, const NodeInfo& info,
                 Folder& folder);
  /// A folder of which only itself is wanted or can be had.
  void record_unopened(const Door& door);

  void look_into(const std::shared_ptr<const OpenVisit>& visit);
  std::vector<DirectoryEntry> list(const OpenVisit& visit);
  bool is_included(PlanState folder) const { return job_.plan.decide_folder(folder).included; }
  /// Whether a rule names this folder or one in it: then its tag does not count.
  bool is_tagged_cache(const OpenVisit& visit, const std::vector<DirectoryEntry>& entries);
  void hand_out(const std::shared_ptr<const OpenVisit>& visit, std::vector<DirectoryEntry> entries);
  void hand_out_leaves(const std::shared_ptr<const OpenVisit>& visit, std::vector<std::string> names);
  void meet_folder(const std::shared_ptr<const OpenVisit>& visit, std::string name);
  void take_leaf(const Leaf& leaf);

  const ScanJob& job_;
  const Scope& scope_;
  Recorder& recorder_;
  WorkerPool& pool_;
  LeafTaker taker_;
};

}  // namespace rehome::scan
