// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a STORE on the command line to an open vault.

#include <memory>
#include <string>

#include "base/machine/machine.h"
#include "flow/store/vault.h"
#include "programs/migration/key_options.h"

namespace rehome::cli {

/// An open vault with what it stands on, in the order of their dependence.
struct OpenStore {
  std::unique_ptr<Machine> host;
  std::unique_ptr<OwnedBlobStore> blobs;
  std::unique_ptr<store::Vault> vault;
};

/// As --kind names it. Throws Error(invalid_argument).
StoreKind store_kind_named(const std::string& name);

/// The vault at `path`. Throws Error(not_found) where there is none.
OpenStore open_store(const std::string& path, const KeyOptions& keys, Surroundings& surroundings);

/// The vault at `path`, or a new one of `options` in a new or empty folder there. Throws Error(invalid_argument) when
/// the existing vault is of another kind than `options` wants.
OpenStore open_or_create_store(const std::string& path, const KeyOptions& keys, const store::VaultOptions& options,
                               Surroundings& surroundings);

/// The folder of a store that was removed whole; false where it stays, because something else lies in it.
bool remove_store_folder(const std::string& path);

}  // namespace rehome::cli
