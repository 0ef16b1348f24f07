// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/remote_store.h"

#include "base/core/error.h"
#include "flow/transport/http_blob_store.h"

namespace rehome::agent {

namespace {

using site_client::StateStoreGrant;

cli::OpenStore open_blobs(transport::HttpClientOptions options, const StateStoreGrant& grant) {
  options.headers = {{"Rehome-Lease", grant.lease}};
  cli::OpenStore store;
  store.client = std::make_unique<transport::HttpClient>(std::move(options));
  store.blobs = transport::open_http_blob_store(*store.client, grant.blobs);
  return store;
}

/// A vault that is another's or not encrypted must get nothing, and give nothing.
void check_header(const store::VaultInfo& info, const StateStoreGrant& grant) {
  if (info.vault_id == grant.vault && info.encrypted && info.kind == StoreKind::compressed) return;
  throw Error(ErrorCode::corrupt, "the store at the site is not the encrypted vault " + grant.vault +
                                      " that the site speaks of; nothing is captured into it or restored from it");
}

}  // namespace

cli::OpenStore open_remote_store_for_capture(transport::HttpClientOptions options, const StateStoreGrant& grant,
                                             cli::Surroundings& surroundings) {
  cli::OpenStore store = open_blobs(std::move(options), grant);
  store::Keys keys;
  keys.vault_key = grant.vault_key.clone();
  if (const std::optional<store::VaultInfo> info = store::peek_vault(*store.blobs)) {
    check_header(*info, grant);
    store.vault = store::open_vault(*store.blobs, keys, surroundings.random, surroundings.clock);
    return store;
  }
  store::VaultOptions made;
  made.recovery_key = grant.recovery_key;
  made.vault_id = grant.vault;
  store.vault = store::create_vault(*store.blobs, keys, made, surroundings.random, surroundings.clock);
  return store;
}

cli::OpenStore open_remote_store_for_restore(transport::HttpClientOptions options, const StateStoreGrant& grant,
                                             cli::Surroundings& surroundings) {
  cli::OpenStore store = open_blobs(std::move(options), grant);
  store::Keys keys;
  for (const site_client::AccountKey& key : grant.keys) keys.account_keys.emplace(key.number, key.key.clone());
  store.vault = store::open_vault(*store.blobs, keys, surroundings.random, surroundings.clock);
  check_header(store.vault->info(), grant);
  return store;
}

}  // namespace rehome::agent
