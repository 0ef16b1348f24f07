// SPDX-License-Identifier: Apache-2.0
#include "base/archive/unpack.h"

#include "base/archive/internal/unpacked_stream.h"
#include "base/core/error.h"

namespace rehome::archive {

Bytes read_unpacked(std::unique_ptr<ReadableFile> file, const std::string& name, std::size_t most) {
  UnpackedStream stream(std::move(file), name);
  Bytes all;
  for (;;) {
    const ByteView part = stream.read(SIZE_MAX);
    if (part.empty()) return all;
    if (part.size() > most - all.size()) {
      throw Error(ErrorCode::limit_exceeded, name + " is larger than " + std::to_string(most) + " bytes");
    }
    all.insert(all.end(), part.begin(), part.end());
  }
}

}  // namespace rehome::archive
