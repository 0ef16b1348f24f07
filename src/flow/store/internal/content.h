// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the content of files lies in a vault: the one difference between the three store kinds. packs (compressed), a
// copied tree (uncompressed) and a linked tree (hard-link) implement it; the session and the reader of captures use it.
// Writers and readers may be called from many threads.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/capture.h"
#include "model/object.h"

namespace rehome::store {

class ContentWriter {
 public:
  virtual ~ContentWriter() = default;
  /// Takes the content of a file; fills size, extents and chunks of the object.
  virtual void keep(Object& object, FileSource& source) = 0;
  /// An object that the previous capture of this vault holds unchanged (`previous`): makes this capture refer to that
  /// content. False when it cannot, and the file is to be read again.
  virtual bool keep_unchanged(Object& object, const Object& previous) = 0;
  /// Everything kept so far is durable when this returns: only then may a catalog segment that refers to it be written.
  virtual void make_durable() = 0;
  virtual std::uint64_t stored_bytes() const = 0;
  /// Whether this folder (by device and inode) is one of the store's own. As CaptureSink::owns.
  virtual bool owns(const NodeInfo& folder) const = 0;
};

struct ContentCheck {
  std::uint64_t bytes = 0;  // that were read
  bool is_proven = true;    // against a hash or a seal; a linked original has none
};

class ContentReader {
 public:
  virtual ~ContentReader() = default;
  /// As CapturedState::check_content.
  virtual Object check(Object object) = 0;
  virtual void read(const Object& object, ContentConsumer& consumer) = 0;
  /// As CapturedState::stored_file and link_content.
  virtual std::optional<NodeInfo> stored_file(const Object& object) = 0;
  virtual std::optional<NodeInfo> link(const Object& object, WritableFolder& folder, std::string_view name) = 0;
  /// Checks the stored form of one file; throws Error(corrupt) naming what is wrong. `content`: read all of it too
  /// where a cheaper check exists.
  virtual ContentCheck verify(const Object& object, bool content) = 0;
};

}  // namespace rehome::store
