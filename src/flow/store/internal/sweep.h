// SPDX-License-Identifier: Apache-2.0
#pragma once
// Takes things out of a vault, always under its lock and always in an order in which what is left at any moment is
// whole: first the mark that says "complete", then the rest of a capture, then packs that no capture lists. No key is
// needed. Stopped anywhere, it comes to the same end when it is run again.

#include <functional>
#include <optional>

#include "flow/store/internal/capture_list.h"
#include "flow/store/internal/vault_context.h"

namespace rehome::store {

class Sweep {
 public:
  /// Takes away what lies beside the blobs of one capture, or for nullopt of all.
  using RemoveContent = std::function<void(const std::optional<CaptureId>& capture)>;

  explicit Sweep(OwnedBlobStore& blobs, RemoveContent remove_content = [](const std::optional<CaptureId>&) {});

  /// Once `finished` is complete: the incomplete captures before it, which it replaced, and packs that no capture
  /// lists.
  void after_capture(const CaptureStart& finished);
  /// With the packs that no other capture lists. False where there was no such capture.
  bool remove_capture(const CaptureId& capture);
  /// The whole vault; its header goes last.
  void remove_everything();

 private:
  void remove_manifest(const CaptureId& capture);
  void remove_blobs(const CaptureEntry& capture);
  void remove_unlisted_packs();

  OwnedBlobStore& blobs_;
  RemoveContent remove_content_;
};

/// Of an open vault. Throws Error(unsupported) where its blobs are another's.
Sweep sweep_of(const VaultContext& vault);

/// The packs that no capture lists. As long as a capture is incomplete or its manifest cannot be read, nobody knows
/// what it refers to: nullopt.
std::optional<PackSizes> find_unlisted_packs(BlobStore& blobs);

}  // namespace rehome::store
