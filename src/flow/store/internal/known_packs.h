// SPDX-License-Identifier: Apache-2.0
#pragma once
// The packs that lie in a vault when a capture begins, and which of them it may refer to: those that are as long as
// they say and in which no `verify` found damage. Otherwise one damaged pack would spoil every capture to come. Any
// thread may use it.

#include <map>
#include <set>
#include <vector>

#include "base/core/locked.h"
#include "flow/store/internal/capture_list.h"
#include "model/blob_store.h"

namespace rehome::store {

class KnownPacks {
 public:
  explicit KnownPacks(BlobStore& blobs);

  bool usable(const PackPlace& place) const;
  /// All usable packs of an account.
  std::vector<PackPlace> of_account(AccountNumber account) const;
  /// The accounts that have packs at all, whoever they are.
  std::set<AccountNumber> accounts() const;

 private:
  bool is_whole(const PackPlace& place, std::uint64_t size) const;

  BlobStore& blobs_;
  PackSizes sizes_;
  mutable Locked<std::map<PackPlace, bool>> looked_at_;
};

}  // namespace rehome::store
