// SPDX-License-Identifier: Apache-2.0
#pragma once
// What can be applied, whatever form it is stored in: entries one after the other, each with its content. The names in
// it are the image's own words; who makes files of them checks them. One thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome::archive {

/// An ACL as tar keeps it, in words. With names instead of numbers it means something only to the image's own accounts.
struct AclText {
  std::string attribute;  // "system.posix_acl_access"
  std::string text;       // "user::rw-,user:ann:r--,group::r--,mask::r--,other::---"
};

struct Entry {
  std::string path = {};
  NodeKind kind = NodeKind::file;
  Metadata metadata = {};
  std::uint64_t size = 0;                        // of a file
  std::string link_target = {};                  // of a symlink
  std::optional<std::string> same_node_as = {};  // a further name for the node that an earlier entry made
  std::uint64_t device_number = 0;               // as NodeInfo::device_number
  std::vector<AclText> acls = {};                // to be made attributes
};

class Image {
 public:
  using Sink = std::function<void(std::uint64_t offset, ByteView bytes)>;

  virtual ~Image() = default;
  /// nullopt at the end. Throws Error(corrupt).
  virtual std::optional<Entry> next() = 0;
  /// The data of the file that next() gave, ascending, without its holes. At most once.
  virtual void read_content(const Sink& sink) = 0;
  /// Of the image as it is stored.
  virtual std::uint64_t done_bytes() = 0;
  virtual std::uint64_t total_bytes() = 0;
  /// Room that its content takes at least.
  virtual std::uint64_t least_room() = 0;
  /// What the image holds and does not give: another volume that is mounted in a folder.
  virtual std::vector<std::string> losses() { return {}; }
};

/// Throws as apply_image(). `target` is not to be read as a part of the image.
std::unique_ptr<Image> open_image(const MachinePath& path, const NodeIdentity& target);

}  // namespace rehome::archive
