// SPDX-License-Identifier: Apache-2.0
#pragma once
// What every part of one open vault needs: where its blobs are, what its header says, and the keys. Shared by the
// vault, its sessions and its readers; never changed after the vault is open.

#include "base/core/clock.h"
#include "base/core/random.h"
#include "base/machine/file_tree.h"
#include "flow/store/internal/header.h"
#include "flow/store/internal/key_ring.h"
#include "model/blob_store.h"

namespace rehome::store {

struct VaultContext {
  BlobStore& blobs;
  OwnedBlobStore* owner = nullptr;  // of the same blobs; null where they are another's
  FileTree* files = nullptr;        // null for a vault reached through its blobs alone
  MachinePath path;
  Header header;
  KeyRing keys;
  Random& random;
  const Clock& clock;
};

}  // namespace rehome::store
