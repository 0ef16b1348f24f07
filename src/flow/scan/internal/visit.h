// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folders that a walk is in. A folder that no rule includes is recorded all the same once something in it is, if
// it belongs to an account: else the object would have no place to be restored to.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/core/locked.h"
#include "flow/scan/internal/recorder.h"
#include "model/plan.h"

namespace rehome::scan {

/// Without its handle: what lies deep below refers to it for long.
class Visit {
 public:
  /// `object` is complete.
  Visit(std::shared_ptr<Visit> parent, MachinePath path, PlanState state, Object object);
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  const MachinePath& path() const { return path_; }
  PlanState state() const { return state_; }
  const Location& location() const { return object_.location; }
  std::uint64_t device() const { return object_.source_device; }
  std::size_t depth() const { return depth_; }
  /// Whether the folder is or lies in a known folder of an account.
  bool belongs_to_account() const { return object_.location.account != kSystemAccount; }

  MachinePath path_of(std::string_view name) const;
  /// Only for what is no folder: a folder may be a known folder itself.
  Location location_of_leaf(std::string_view name) const;

  /// Records the folders above that belong to an account, then this one; each once, whoever comes first.
  void record_with_parents(Recorder& recorder);
  /// The same, where this folder is no object in its own right: does nothing outside the folders of accounts.
  void record_as_parent(Recorder& recorder);

 private:
  bool is_recorded();

  std::shared_ptr<Visit> parent_;  // null where nothing above can be waiting for its record
  MachinePath path_;
  PlanState state_;
  std::size_t depth_;
  Object object_;
  Locked<bool> recorded_{false};
};

struct OpenVisit {
  std::shared_ptr<Visit> visit;
  std::unique_ptr<Folder> folder;
};

struct Leaf {
  std::shared_ptr<const OpenVisit> in;
  std::string name;

  MachinePath path() const { return in->visit->path_of(name); }
  AccountNumber account() const { return in->visit->location().account; }
};

/// What an object takes over from lstat; files and folders alike.
Object make_object(Location location, const NodeInfo& info);

}  // namespace rehome::scan
