// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of associations inside a transaction.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/database/database.h"
#include "site/associations.h"

namespace rehome::site {

/// What decisions need of an association.
struct AssociationRecord {
  std::string id = {}, source = {}, destination = {};
  Behaviour behaviour = Behaviour::all;
  std::optional<std::int64_t> deleted = {};
  bool counts = true;  // S45: not where it has had stores and all of them are deleted
};

/// Error(not_found). Deleted ones are found too.
AssociationRecord association_record(Transaction& transaction, const std::string& id);
/// Of a source, those that are not deleted, the oldest first.
std::vector<AssociationRecord> associations_of_source(Transaction& transaction, const std::string& source);
/// Those that have a claim on the store, not given up, and are not deleted.
std::vector<AssociationRecord> claimants_of(Transaction& transaction, const std::string& store);
/// For which of these (all of one source) a capture is made: by the rule that admits them beside each other. One that
/// counts and captures specified accounts has the capture to itself; one that does not count takes nothing from those
/// that do. Empty for none.
std::vector<AssociationRecord> claimants_among(const std::vector<AssociationRecord>& all);
std::vector<std::string> association_accounts(Transaction& transaction, const std::string& association);

/// As create_association(); gives the id.
std::string add_association(const Site& site, Transaction& transaction, const NewAssociation& wanted,
                            std::string_view who);
/// C-A5: source and destination are the same, all accounts.
AssociationRecord add_automatic_association(const Site& site, Transaction& transaction, const std::string& computer);

/// Forgets those that were deleted long enough ago, and gives up their claims. How many.
std::int64_t purge_associations(const Site& site, Transaction& transaction);

/// Error(refused) where S45 forbids that this source has one more association of that behaviour beside all but
/// `except`.
void check_source_rule(Transaction& transaction, const std::string& source, Behaviour behaviour,
                       const std::string& except);
void set_association_accounts(Transaction& transaction, const std::string& association,
                              const std::vector<std::string>& accounts);

}  // namespace rehome::site
