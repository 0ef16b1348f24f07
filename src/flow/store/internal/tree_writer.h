// SPDX-License-Identifier: Apache-2.0
#pragma once
// The writing half of tree_content.h.

#include <atomic>
#include <cstdint>

#include "flow/store/internal/tree_content.h"
#include "flow/store/internal/tree_link.h"
#include "flow/store/internal/tree_path.h"
#include "flow/store/internal/tree_volumes.h"

namespace rehome::store {

class TreeWriter final : public ContentWriter {
 public:
  TreeWriter(const TreePlace& place, TreeCapture capture, FindingSink& findings)
      : kind_(place.kind), capture_(std::move(capture)), findings_(findings), volumes_(place) {}

  void keep(Object& object, FileSource& source) override;
  bool keep_unchanged(Object& object, const Object& previous) override;
  void make_durable() override { volumes_.sync(); }
  std::uint64_t stored_bytes() const override { return stored_bytes_; }
  bool owns(const NodeInfo& folder) const override { return volumes_.owns(folder); }

 private:
  void copy(Object& object, FileSource& source);
  LinkResult link(Object& object, FileSource& source);
  bool reuse_from(const std::string& capture_id, Object& object, const Object& previous);
  void report_copied(const Object& object, const FileSource& source, LinkResult why);

  StoreKind kind_;
  TreeCapture capture_;
  FindingSink& findings_;
  TreeVolumes volumes_;
  std::atomic<std::uint64_t> stored_bytes_{0};
};

}  // namespace rehome::store
