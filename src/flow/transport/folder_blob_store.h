// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage four, local: blobs as files of one folder. In: names and bytes. Out: the same, durably. A blob is written to
// a temporary name, synced, and renamed; the folder is synced before put() returns.

#include <memory>
#include <string>

#include "base/core/random.h"
#include "base/machine/file_tree.h"
#include "model/blob_store.h"

namespace rehome::transport {

/// Works on any machine's folder, so the fake's lost syncs and full disks reach it. `display_name` is for messages.
std::unique_ptr<OwnedBlobStore> open_folder_blob_store(std::unique_ptr<WritableFolder> folder, std::string display_name,
                                                       Random& random);

}  // namespace rehome::transport
