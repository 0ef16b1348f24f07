// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage four, local: blobs as files of one folder. In: names and bytes. Out: the same, durably. A blob gets its name
// only after its content is on the device, and put() returns only after its name is. What else lies in the folder -
// links, special files, files with other names - is never followed, listed, read or removed. Any thread may call.

#include <memory>
#include <string>

#include "base/machine/file_tree.h"
#include "model/blob_store.h"

namespace rehome::transport {

/// One blob on its way in: gone without a trace if destroyed before finish(). One thread at a time.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual void write(ByteView piece) = 0;
  /// Durable when it returns. Throws Error(already_exists) when the name is taken meanwhile.
  virtual void finish() = 0;
};

/// What a server needs besides: blobs that are never whole in memory.
class StreamedBlobStore : public OwnedBlobStore {
 public:
  /// Throws Error(already_exists) when the name is taken already.
  virtual std::unique_ptr<BlobWriter> begin_put(std::string_view name) = 0;
  /// Its size stands in inspect(). Throws Error(not_found).
  virtual std::unique_ptr<ReadableFile> open_blob(std::string_view name) = 0;
};

/// Works on any machine's folder, so the fake's lost syncs and full disks reach it. `display_name` is for messages.
std::unique_ptr<StreamedBlobStore> open_folder_blob_store(std::unique_ptr<WritableFolder> folder,
                                                          std::string display_name);

/// Takes away the folder `name` of a blob store that was removed, with its lock file. Where anything else lies in it,
/// the folder stays, and the answer is false: it is not ours to remove. Only while no BlobStore is open on it.
bool remove_emptied_folder(WritableFolder& parent, std::string_view name);

}  // namespace rehome::transport
