// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of leases inside a transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/database/database.h"
#include "site/internal/store_records.h"
#include "site/requests.h"

namespace rehome::site {

struct LeaseRecord {
  std::string id = {}, store = {}, computer = {};
  std::optional<std::string> association = {};  // of a restore: whose claim it is for; none: a capture
  std::optional<std::string> network_token = {};
  std::int64_t expires = 0;
  std::optional<std::int64_t> closed = {};
  std::optional<std::string> outcome = {};
  bool is_restore() const { return association.has_value(); }
};

/// The computer's open lease. It has one at most.
std::optional<LeaseRecord> open_lease_of(Transaction& transaction, const std::string& computer);
/// Open and closed ones. Error(not_found).
LeaseRecord lease_record(Transaction& transaction, const std::string& lease);
bool is_of(const LeaseRecord& lease, const Client& client);
/// The same; Error(refused) where it is another's.
LeaseRecord lease_of_client(Transaction& transaction, const Client& client, const std::string& lease);
bool has_open_lease(Transaction& transaction, const std::string& vault);

struct NewLease {
  std::string store = {};
  std::optional<std::string> association = {};
  std::int64_t expected_bytes = 0;
  std::int64_t reserved_bytes = 0;
};
LeaseRecord add_lease(const Site& site, Transaction& transaction, const Client& client, const NewLease& wanted);
/// Another Settings::lease_seconds from now.
void renew_lease(const Site& site, Transaction& transaction, const std::string& lease);
void close_lease(const Site& site, Transaction& transaction, const LeaseRecord& lease, std::string_view outcome);

/// Ends a lease without success: what it was for can be asked for again. requested → deleted, capturing → abandoned;
/// the claim of a restore waits again.
void fail_lease(const Site& site, Transaction& transaction, const LeaseRecord& lease, std::string_view outcome);
std::int64_t expire_leases_in(const Site& site, Transaction& transaction);
/// The outcome of a lease that its holder did not end.
constexpr std::string_view kEndedByAdministrator = "ended by an administrator";
/// Of stores that the association has a claim on.
std::vector<LeaseRecord> open_captures_of(Transaction& transaction, const std::string& association);
/// The association gives nothing any more.
void end_restores_of(const Site& site, Transaction& transaction, const std::string& association);
void close_leases_of_store(const Site& site, Transaction& transaction, const std::string& store);
std::vector<LeaseInfo> open_leases_of(Transaction& transaction, const std::string& store);

}  // namespace rehome::site
