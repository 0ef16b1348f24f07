// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the routes of a server work with. Lives as long as the server; any thread.

#include <functional>
#include <string_view>

#include "base/http_server/event_hub.h"
#include "programs/server/folder_vaults.h"
#include "programs/server/internal/blob_gate.h"
#include "programs/server/internal/identity_cache.h"
#include "programs/server/internal/login_gate.h"
#include "programs/server/internal/metrics.h"
#include "programs/server/internal/parallel_hash.h"
#include "programs/server/internal/write_ledger.h"
#include "site/site.h"

namespace rehome::server {

struct World {
  const site::Site& site;
  FolderVaults& vaults;
  http::EventHub& events;
  WriteLedger& writes;
  std::function<void(std::string_view line)> log;
  /// Runs the deletion cycles that are due now, soon.
  std::function<void()> wake_housekeeping;
  /// Whose certificates the server trusts has changed; `reissue`: its own must be of the newest authority.
  std::function<void(bool reissue)> renew_trust;

  IdentityCache identities{site};
  BlobGate blobs{site, vaults};
  LoginGate logins{};
  Metrics metrics{};
  HashHelpers hash_helpers{};
};

}  // namespace rehome::server
