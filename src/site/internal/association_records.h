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
};

/// Error(not_found). Deleted ones are found too.
AssociationRecord association_record(Transaction& transaction, const std::string& id);
/// Of a source, those that are not deleted, the oldest first.
std::vector<AssociationRecord> associations_of_source(Transaction& transaction, const std::string& source);
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
