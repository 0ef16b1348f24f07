// SPDX-License-Identifier: Apache-2.0
#pragma once
// Joins rules → scan → store: one capture of one computer into an open vault, wherever its blobs lie. Called by the
// command `capture` and by the agent's steps.

#include <string>
#include <vector>

#include "flow/store/vault.h"
#include "model/blob_store.h"
#include "programs/command/command.h"
#include "programs/migration/findings.h"
#include "programs/migration/source.h"
#include "programs/migration/work.h"

namespace rehome::cli {

struct CaptureTarget {
  store::Vault& vault;
  BlobStore& blobs;         // of the vault, to ask for room
  MachinePath folder;       // of a store on this computer; empty for one on a server
  bool check_space = true;  // before anything is written
};

struct CaptureResult {
  CaptureInfo info;
  std::uint64_t stored_bytes = 0;  // newly written to the store
  double seconds = 0;
};

/// `source` as open_source() gives it. Throws Error where the capture cannot be completed; what was not taken is in
/// `findings`.
CaptureResult capture(Source source, const CaptureTarget& target, Work& work, FindingList& findings, Context& context);

}  // namespace rehome::cli
