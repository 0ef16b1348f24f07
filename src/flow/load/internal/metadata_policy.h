// SPDX-License-Identifier: Apache-2.0
#pragma once
// What of an object's metadata the destination lets in: ids mapped, powers taken away unless the source is trusted.
// Any thread may ask.

#include "flow/load/internal/id_mapping.h"
#include "model/object.h"

namespace rehome::load {

class MetadataPolicy {
 public:
  MetadataPolicy(const IdMapping& ids, bool trust_source, Findings& findings)
      : ids_(ids), trust_source_(trust_source), findings_(findings) {}

  /// The metadata `object` gets at `path`. Records what it loses by that; ask once per object.
  Metadata admit(const Object& object, const MachinePath& path) const;
  /// Whether a node of this kind is made at all; records why not.
  bool admits_kind(const Object& object, const MachinePath& path) const;

 private:
  void admit_owner(const Object& object, const MachinePath& path, Metadata& admitted) const;
  void admit_mode(const Object& object, const MachinePath& path, Metadata& admitted) const;
  void admit_attribute(const Object& object, const ExtendedAttribute& attribute, const MachinePath& path,
                       Metadata& admitted) const;
  void admit_acl(const Object& object, const ExtendedAttribute& acl, const MachinePath& path, Metadata& admitted) const;
  void refuse(const Object& object, const MachinePath& path, const std::string& what) const;

  const IdMapping& ids_;
  bool trust_source_;
  Findings& findings_;
};

/// The inode flags that forbid any further change; they are set after everything else.
constexpr std::uint32_t kImmutableFlag = 0x10;   // FS_IMMUTABLE_FL
constexpr std::uint32_t kAppendOnlyFlag = 0x20;  // FS_APPEND_FL
constexpr std::uint32_t kForbiddingFlags = kImmutableFlag | kAppendOnlyFlag;

/// Whether `there` needs no change to become `wanted`. Access times do not count: reading alone changes them.
bool is_same_metadata(NodeKind kind, const Metadata& there, const Metadata& wanted);

}  // namespace rehome::load
