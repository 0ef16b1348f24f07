// SPDX-License-Identifier: Apache-2.0
#pragma once
// The vault of a lease, reached over HTTPS, opened with the keys that came with the lease. What the site says is
// believed only as far as the vault bears it out: its id, its kind, that it is encrypted. For one thread.

#include "flow/transport/http_client.h"
#include "programs/command/surroundings.h"
#include "programs/migration/store_access.h"
#include "programs/site_client/state_store.h"

namespace rehome::agent {

/// With the vault key; the first capture makes the vault, with a slot for the site's recovery key.
cli::OpenStore open_remote_store_for_capture(transport::HttpClientOptions options,
                                             const site_client::StateStoreGrant& grant,
                                             cli::Surroundings& surroundings);
/// With the keys of the granted accounts, which open nothing else.
cli::OpenStore open_remote_store_for_restore(transport::HttpClientOptions options,
                                             const site_client::StateStoreGrant& grant,
                                             cli::Surroundings& surroundings);

}  // namespace rehome::agent
