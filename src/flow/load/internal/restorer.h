// SPDX-License-Identifier: Apache-2.0
#pragma once
// The restore itself. Objects come in the catalog's order on one thread, which opens and makes folders; files go to a
// pool of workers behind a bounded queue; links wait for what they link to; what only holds when nothing is written any
// more comes last. Failures of single objects are findings, and only what concerns every object ends it.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/core/error.h"
#include "base/core/worker_pool.h"
#include "flow/load/internal/folder_cache.h"
#include "flow/load/internal/hidden_objects.h"
#include "flow/load/internal/late_metadata.h"
#include "flow/load/internal/leaf_restorer.h"
#include "flow/load/internal/metadata_policy.h"
#include "flow/load/internal/restored_links.h"

namespace rehome::load {

class Restorer {
 public:
  struct Parts {
    const CapturedState& state;
    Machine& destination;
    const Plan* plan;
    const LoadOptions& options;
    const AccountMapping& mapping;
    const Territory& territory;
    const IdMapping& ids;
    Findings& findings;
    Progress& progress;
  };
  explicit Restorer(const Parts& parts);

  /// Fills the counters of `report`. Throws Error(cancelled), Error(no_space), Error(read_only), and what the store
  /// throws that concerns no single object.
  void run(LoadReport& report);

 private:
  struct Counts {
    std::uint64_t written = 0, already_there = 0, content_bytes = 0;
  };
  struct Outside {
    std::uint64_t count = 0;
    std::string first;
  };

  void make_homes();
  void bring_all();
  void take(const Object& object);
  void take_inside(const Object& object);
  void take_folder(const Object& object, const Target& target);
  /// False, with a finding where it matters, for a folder that was there before and is somebody else's.
  bool may_change(const Object& object, const Target& target, const OpenFolder& folder, const Metadata& wanted) const;
  /// Passes over what is hidden; false for everything else.
  bool take_hidden(const Object& object, const Target& target);
  void take_leaf(const Object& object, const Target& target);
  void take_member(const Object& member, const Target& target);
  Leaf leaf_at(const Object& object, const Target& target);
  void submit(Leaf leaf);
  void restore(const Leaf& leaf);
  void bring_waiting();
  void take_outside(const Object& object);
  void report_outside();
  void report_system(LoadReport& report) const;
  void fail(const Object& object, const std::string& path, const Error& error);
  void set_not_landed(const Object& object, const Error& error);
  void count(const Object& object, bool is_new);
  FolderCache::Missing or_leave(FolderCache::Missing wanted) const;
  std::string text_of(const Location& location) const;

  Parts parts_;
  MetadataPolicy policy_;
  HiddenObjects hidden_;
  FolderCache folders_;
  LateMetadata late_;
  RestoredLinks links_;
  LeafRestorer leaves_;
  Locked<Counts> counts_;
  std::map<std::pair<AccountNumber, MachinePath>, Outside> outside_;  // by the folder of the root that holds it
  std::map<std::uint32_t, std::uint64_t> system_objects_;             // by base
  WorkerPool pool_;                                                   // last: its tasks use the rest
};

}  // namespace rehome::load
