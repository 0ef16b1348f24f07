// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a STORE on the command line to an open vault.

#include <memory>
#include <optional>
#include <string>

#include "base/machine/machine.h"
#include "flow/store/vault.h"
#include "flow/transport/http_client.h"
#include "programs/migration/key_options.h"

namespace rehome::cli {

/// An open vault with what it stands on, in the order of their dependence.
struct OpenStore {
  std::unique_ptr<Machine> host;
  std::unique_ptr<transport::HttpClient> client;  // of a store at a site
  std::unique_ptr<BlobStore> blobs;
  std::unique_ptr<store::Vault> vault;
  bool is_new = false;  // was made when it was opened
};

/// As --kind names it. Throws Error(invalid_argument).
StoreKind store_kind_named(const std::string& name);

/// The vault at `path`. Throws Error(not_found) where there is none.
OpenStore open_store(const std::string& path, const KeyOptions& keys, Surroundings& surroundings);

/// What can be told without a key of the vault at `path`; nullopt where there is none.
std::optional<store::VaultInfo> peek_store(const std::string& path);

/// The vault at an address ("https://site.example.org:8443/api/v1/vaults/<id>"), which is only read. Throws
/// Error(not_found) where there is none, or none for whoever asks.
OpenStore open_store_at_site(transport::HttpClientOptions site, const KeyOptions& keys, Surroundings& surroundings);

/// The vault at `path`, or a new one of `options` in a new or empty folder there. Throws Error(invalid_argument) when
/// the existing vault is of another kind than `options` wants.
OpenStore open_or_create_store(const std::string& path, const KeyOptions& keys, const store::VaultOptions& options,
                               Surroundings& surroundings);

/// Removes a store that was made for a capture which was then refused. Where a capture began in it, it stays.
void take_back(OpenStore store, const std::string& path);

/// The folder of a store that was removed whole; false where it stays, because something else lies in it.
bool remove_store_folder(const std::string& path);

}  // namespace rehome::cli
