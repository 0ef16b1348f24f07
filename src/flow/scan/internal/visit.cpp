// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/visit.h"

#include <ranges>
#include <utility>
#include <vector>

namespace rehome::scan {

Visit::Visit(std::shared_ptr<Visit> parent, MachinePath path, PlanState state, Object object)
    : path_(std::move(path)), state_(state), depth_(parent ? parent->depth_ + 1 : 0), object_(std::move(object)) {
  // A chain of parents is kept only as long as it can be of use: deep trees would be quadratic in memory.
  if (parent && parent->belongs_to_account() && !parent->is_recorded()) parent_ = std::move(parent);
}

Visit::~Visit() {
  // One by one: thousands of folders inside each other would nest as many destructors.
  while (parent_ && parent_.use_count() == 1) {
    std::shared_ptr<Visit> above = std::move(parent_->parent_);
    parent_ = std::move(above);
  }
}

MachinePath Visit::path_of(std::string_view name) const {
  MachinePath path = path_;
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

Location Visit::location_of_leaf(std::string_view name) const {
  Location location = object_.location;
  if (!location.rest.empty()) location.rest += '/';
  location.rest += name;
  return location;
}

bool Visit::is_recorded() { return *recorded_.lock(); }

void Visit::record_with_parents(Recorder& recorder) {
  // From the top down and one lock at a time: each folder's turn comes when those above it are recorded for good.
  std::vector<Visit*> chain;
  for (Visit* visit = this; visit != nullptr; visit = visit->parent_.get()) chain.push_back(visit);
  for (Visit* visit : chain | std::views::reverse) {
    auto recorded = visit->recorded_.lock();
    if (!*recorded) recorder.record(visit->object_);
    *recorded = true;
  }
}

void Visit::record_as_parent(Recorder& recorder) {
  if (belongs_to_account() && !is_recorded()) record_with_parents(recorder);
}

Object make_object(Location location, const NodeInfo& info) {
  Object object;
  object.location = std::move(location);
  object.kind = info.kind;
  object.metadata = info.metadata;
  object.size = info.kind == NodeKind::file ? info.size : 0;
  object.device_number = info.device_number;
  object.source_device = info.device;
  object.source_inode = info.inode;
  return object;
}

}  // namespace rehome::scan
