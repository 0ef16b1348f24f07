// SPDX-License-Identifier: Apache-2.0
#include "site/internal/store_claims.h"

#include <algorithm>

#include "site/internal/lease_records.h"

namespace rehome::site {

void add_claims(const Site& site, Transaction& transaction, const StoreRecord& store) {
  std::vector<AssociationRecord> wanted = claimants_among(associations_of_source(transaction, store.source));
  if (wanted.empty()) wanted.push_back(add_automatic_association(site, transaction, store.source));
  const std::vector<ClaimRecord> claims = claims_of(transaction, store.id);
  for (const AssociationRecord& association : wanted) {
    if (std::ranges::find(claims, association.id, &ClaimRecord::association) != claims.end()) continue;
    set_claim(site, transaction, store.id, {association.id, association.destination, ClaimState::waiting});
  }
}

void ensure_claim(const Site& site, Transaction& transaction, const StoreRecord& store) {
  if (claimants_of(transaction, store.id).empty()) add_claims(site, transaction, store);
}

void end_captures_of(const Site& site, Transaction& transaction, const std::string& association) {
  for (const LeaseRecord& lease : open_captures_of(transaction, association)) {
    if (claimants_of(transaction, lease.store).empty()) fail_lease(site, transaction, lease, kEndedByAdministrator);
  }
}

}  // namespace rehome::site
