// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the data of one file (holes are left out) and cuts it into chunks: a file up to the largest chunk whole, a
// larger one where its content says. In: an open file. Out: chunks in order, size and extents as they were read. One
// thread.

#include <functional>
#include <vector>

#include "base/codec/chunker.h"
#include "base/machine/file_tree.h"

namespace rehome::store {

struct FileShape {
  std::uint64_t size = 0;
  std::vector<Extent> extents;  // as Object::extents
};

/// Calls `take` for each chunk; the bytes are valid during the call. A file that is shorter than it said ends where it
/// ends; one that grows is read to the size it had when this began.
FileShape cut_file(ReadableFile& file, const Chunker& chunker, const std::function<void(ByteView)>& take);

}  // namespace rehome::store
