// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/etc_files.h"

#include "base/core/error.h"
#include "base/machine/linux/internal/small_file.h"

namespace rehome::linux_etc {

namespace {

// Room for half a million accounts.
constexpr std::uint64_t kLargestFile = 64ULL << 20U;
constexpr std::uint32_t kModeOfNewFile = 0644;

MachinePath path_of(std::string_view name) { return "/etc/" + std::string(name); }

}  // namespace

std::optional<std::string> EtcFiles::read(std::string_view name) {
  return read_small_file(files_, path_of(name), kLargestFile);
}

Metadata EtcFiles::metadata_of(WritableFolder& etc, std::string_view name) {
  Metadata metadata;
  metadata.mode = kModeOfNewFile;
  try {
    const NodeInfo info = etc.inspect(name);
    if (info.kind != NodeKind::file) {
      // Replacing a link would cut off whoever keeps the real file elsewhere.
      throw Error(ErrorCode::unsupported, path_of(name) +
                                              " is no regular file, so accounts cannot be added to it; add "
                                              "them with the tool that manages this computer");
    }
    metadata = info.metadata;
    etc.read_attributes(name, metadata);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  metadata.modified = metadata.accessed = clock_.now();
  return metadata;
}

void EtcFiles::replace(std::string_view name, std::string_view content) {
  std::unique_ptr<WritableFolder> etc = files_.open_for_writing("/etc");
  const Metadata metadata = metadata_of(*etc, name);
  std::unique_ptr<WritableFile> file = etc->create_file(name);
  file->write_at(0, as_bytes(content));
  // A shadow file that lost its mode would show every hash to everybody: then rather no new account.
  if (MetadataLosses losses = file->set_metadata(metadata); !losses.empty()) {
    throw Error(ErrorCode::io, "cannot write " + path_of(name) + " with the owner and mode it has: " + losses[0]);
  }
  file->sync();
  file->commit_replacing();
  etc->sync();
}

}  // namespace rehome::linux_etc
