// SPDX-License-Identifier: Apache-2.0
#pragma once
// The store as its keeper sees it: somebody who holds the blobs of others' vaults and has no key. In: blobs that the
// sources put, anything a hostile one may make up included. Out: what lies there and how much of it, whether a capture
// is all there, who may read which blob, and the removal of what may go. Clear names and marks tell all of it. Any
// thread may call; what removes takes the vault's lock (Error(busy) where it is held), must not run while a capture
// into that vault is open, and comes to the same end when it is run again after it was stopped anywhere.
//
// Captures are named by 32 hexadecimal digits; anything else throws Error(invalid_argument).

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/clock.h"
#include "model/blob_store.h"
#include "model/location.h"

namespace rehome::store {

/// Whether a vault has blobs of that name. A keeper takes no other: nothing would ever remove it.
bool is_vault_blob(std::string_view name);
/// The size that no vault's blob of that name exceeds: readers take none that is larger.
std::uint64_t largest_size_of(std::string_view name);

enum class KeptState {
  incomplete,  // being written, or stopped and to be resumed
  complete,
  damaged,  // it was complete, and its manifest cannot be read
};

struct KeptAccount {
  std::uint64_t segments = 0;
  std::uint64_t segment_bytes = 0;  // with their copies
  std::uint64_t packs = 0;          // that the manifest lists and that are there
  std::uint64_t pack_bytes = 0;
};

struct KeptCapture {
  std::string capture_id;
  KeptState state = KeptState::incomplete;
  Timestamp started;                  // zero where its mark is damaged
  std::optional<Timestamp> finished;  // complete ones only
  std::map<AccountNumber, KeptAccount> accounts;
};

/// Newest first.
std::vector<KeptCapture> list_kept(BlobStore& blobs);

/// One sentence about the first thing that a capture needs and that is not there, or not as long as it should be;
/// nullopt where all is there. Content is not looked at. Error(not_found), Error(incomplete), Error(corrupt) where the
/// manifest cannot be read.
std::optional<std::string> first_missing(BlobStore& blobs, const std::string& capture_id);

/// What somebody who restores some accounts of one complete capture may read: the header, the marks of the capture, and
/// of these accounts the segments and packs that its manifest lists. Made once per restore; never changes.
class ReadPermit {
 public:
  /// Errors as first_missing(). Accounts that the capture does not have are passed over.
  ReadPermit(BlobStore& blobs, const std::string& capture_id, const std::set<AccountNumber>& accounts);
  bool allows(std::string_view name) const;

 private:
  struct Listed;
  std::shared_ptr<const Listed> listed_;
};

/// Does what a capture over another's blobs leaves to their owner: puts a damaged copy of the header right, removes the
/// incomplete captures before this one, which it replaced, and packs that no capture lists. Error(incomplete) unless it
/// is complete.
void tidy_after_capture(OwnedBlobStore& blobs, const std::string& capture_id);

/// With the packs that no other capture lists: these stay as long as another is incomplete or damaged. Where the
/// capture is gone already, only the packs are looked after.
void remove_capture(OwnedBlobStore& blobs, const std::string& capture_id);

/// Every blob of the vault; its header goes last.
void remove_vault(OwnedBlobStore& blobs);

/// nullopt while nobody knows: a capture is incomplete or damaged.
std::optional<std::vector<BlobInfo>> unlisted_packs(BlobStore& blobs);

}  // namespace rehome::store
