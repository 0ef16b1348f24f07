// SPDX-License-Identifier: Apache-2.0
#pragma once
// What both requests begin and end with.

#include <optional>
#include <string>
#include <vector>

#include "base/database/database.h"
#include "site/internal/association_records.h"
#include "site/internal/lease_records.h"
#include "site/requests.h"

namespace rehome::site {

enum class Purpose { capture, restore };

/// Ends what was not kept, and gives the computer's open lease of that purpose, renewed. Error(busy) where it has
/// another one; Error(refused) for another site's computer.
std::optional<LeaseRecord> begin_request(const Site& site, Transaction& transaction, const Client& client,
                                         Purpose purpose);

/// What a lease says of itself to its holder, but for the association's part and `resume`.
Lease describe_lease(Transaction& transaction, const LeaseRecord& record);

/// The accounts of a store that an association may restore. Error(refused) where it names none that is in it.
std::vector<CapturedAccount> accounts_for(Transaction& transaction, const std::string& store,
                                          const AssociationRecord& association);

}  // namespace rehome::site
