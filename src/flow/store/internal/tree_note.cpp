// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_note.h"

#include <memory>
#include <string>

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::store {

namespace {
constexpr std::uint64_t kLargestNote = std::uint64_t{1} << 20;
}

std::optional<Bytes> read_note(Folder& tree, std::string_view name) {
  std::unique_ptr<ReadableFile> file;
  try {
    file = tree.open_file(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return std::nullopt;
  }
  const std::uint64_t size = file->inspect().size;
  if (size > kLargestNote) {
    throw Error(ErrorCode::limit_exceeded, "the file " + printable(name) + " of the store is too long");
  }
  Bytes content(size);
  content.resize(file->read_at(0, content));
  return content;
}

void write_note(WritableFolder& tree, std::string_view name, ByteView content) {
  const auto file = tree.create_file(name);
  file->write_at(0, content);
  file->sync();
  file->commit_replacing();
  tree.sync();
}

}  // namespace rehome::store
