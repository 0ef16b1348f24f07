// SPDX-License-Identifier: Apache-2.0
#pragma once
// The four steps as the site sees them: Request State Store (capture or restore) gives a lease, heartbeats keep it,
// Release State Store ends it. A lease that is not kept, or for a day not used, expires; a computer that asks again
// gets its open lease back.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/codec/sealed_box.h"
#include "base/codec/secret.h"
#include "site/associations.h"
#include "site/lifecycle.h"
#include "site/site.h"

namespace rehome::site {

/// Who asks: proven by its certificate, or named by the holder of a network access token. A lease answers only to the
/// way in which it was asked for.
struct Client {
  std::string computer = {};                      // id
  std::string address = {};                       // IPv4 or IPv6; empty where unknown
  std::optional<std::string> network_token = {};  // the token's id
};

struct Lease {
  std::string id = {};  // "l-" and 16 hexadecimal digits
  std::string store = {}, vault = {};
  std::string point = {}, folder = {}, folder_path = {};
  std::int64_t heartbeat_seconds = 0, lease_seconds = 0;
  bool in_place = false;
  Behaviour behaviour = Behaviour::all;
  std::vector<std::string> accounts = {};  // as the association names them; empty: all
  bool resume = false;                     // something of this capture or restore was begun before
};

struct CaptureLease {
  Lease lease = {};
  Secret vault_key = {};
  PublicKey recovery_key{};
};

/// The folder that holds the computer's vault, else the first in the order of migration_points.h with a free client
/// slot and enough space, which is reserved. Error(not_found): there is no migration point; Error(refused): all are
/// restore-only; Error(no_space): none has room, says what each lacks; Error(read_only) and its like where none can be
/// written for the same reason; Error(busy).
CaptureLease request_capture(const Site& site, const Client& client, std::uint64_t estimated_bytes);

struct AccountKey {
  std::uint32_t number = 0;
  Secret key = {};
};

struct RestoreLease {
  Lease lease = {};
  std::string capture = {};
  std::vector<AccountKey> keys = {};                 // of the accounts it may restore, and no others
  std::vector<CapturedAccount> known_accounts = {};  // the same accounts
};

/// The newest store that the computer has a claim on. Error(not_found): none; Error(refused): its capture was not
/// released yet; Error(busy).
RestoreLease request_restore(const Site& site, const Client& client);

struct Heartbeat {
  std::string phase = {};
  std::int64_t objects = 0, bytes = 0, expected_bytes = 0;
};
/// How long the lease is good from now. Error(not_found): it has expired, ask again; Error(refused): not yours.
std::int64_t keep_lease(const Site& site, const Client& client, const std::string& lease, const Heartbeat& heartbeat);

enum class Outcome { captured, restored, failed, abandoned };
Outcome outcome_of(std::string_view name);  // Error(invalid_argument)

struct Release {
  Outcome outcome = Outcome::abandoned;
  std::string capture = {};
  std::vector<CapturedAccount> accounts = {};
  std::int64_t objects = 0, bytes = 0, errors = 0, losses = 0;
  std::string message = {};
};

struct Released {
  StoreState state = StoreState::released;
  bool delete_now = false;  // its migration point deletes at once: run a deletion cycle
};

/// A capture that is not all there is abandoned, never made available. The same release twice gives the same answer;
/// Error(busy) while the other one is still looked at.
Released release_lease(const Site& site, const Client& client, const std::string& lease, const Release& release);

/// Ends the leases that were not kept. Every request does it too; how many ended.
std::int64_t expire_leases(const Site& site);

/// The administrator's list for metrics.
std::int64_t count_open_leases(const Site& site);

}  // namespace rehome::site
