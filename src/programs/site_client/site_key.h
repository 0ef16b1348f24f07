// SPDX-License-Identifier: Apache-2.0
#pragma once
// A site's keys for one vault outside of any lease: recovery information for an administrator (C-C2), and the file that
// carries its keys to the computer on which somebody restores by hand (S46 to S48). Any thread.

#include <string>
#include <vector>

#include "base/codec/secret.h"
#include "flow/transport/http_client.h"
#include "programs/site_client/state_store.h"

namespace rehome::site_client {

/// The vault key, or the keys of some accounts.
struct SiteKeys {
  Secret vault_key;
  std::vector<AccountKey> account_keys;
};

struct RecoveryInformation {
  std::string store, vault, capture;
  std::string smp, folder;  // where it lies
  SiteKeys keys;
};

/// The site writes down who asked and why. Error(refused), Error(permission_denied): without the recovery right.
RecoveryInformation recovery_information(transport::HttpClient& client, const std::string& association,
                                         const std::string& why);

/// What goes into a key file, and what comes out of one. Throws Error(invalid_argument) for anything else.
Secret text_of_site_keys(const std::string& vault, const SiteKeys& keys);
SiteKeys parse_site_keys(const Secret& text, const std::string& what);

}  // namespace rehome::site_client
