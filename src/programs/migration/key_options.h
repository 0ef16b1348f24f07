// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options that give a command its keys. Secrets come from files or the terminal, never from the command line
// itself.

#include <string>

#include "flow/store/vault.h"
#include "programs/command/arguments.h"
#include "programs/command/program.h"

namespace rehome::cli {

struct KeyOptions {
  std::string key_file;
  std::string passphrase_file;
  std::string recovery_secret_file;
  std::string site_key_file;   // what `rehome recovery show` gives
  bool no_encryption = false;  // only where a new store may be made
};

void declare_key_options(Arguments& arguments, KeyOptions& options);

/// The keys that the options name.
store::Keys read_keys(const KeyOptions& options);

/// For an existing vault: the named keys, or, if it is encrypted and none is named, a passphrase from the terminal.
store::Keys keys_to_open(const KeyOptions& options, const store::VaultInfo& info, Surroundings& surroundings);

/// For a new vault: the named keys, or a passphrase asked for twice. None with --no-encryption. Throws
/// Error(wrong_key) where there is neither a key nor a terminal: a store is never left open by accident.
store::Keys keys_to_create(const KeyOptions& options, Surroundings& surroundings);

}  // namespace rehome::cli
