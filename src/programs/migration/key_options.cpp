// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/key_options.h"

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/migration/recovery_key_file.h"
#include "programs/site_client/site_key.h"

namespace rehome::cli {

namespace {

Secret ask(Surroundings& surroundings, const std::string& question) {
  std::optional<Secret> answer = surroundings.ask_secret(question);
  if (!answer) {
    throw Error(
        ErrorCode::wrong_key,
        "a key is needed and there is no terminal to ask for a passphrase; give --key-file or --passphrase-file");
  }
  if (answer->empty()) throw Error(ErrorCode::wrong_key, "the passphrase is empty");
  return std::move(*answer);
}

void read_site_keys(const std::string& path, store::Keys& keys) {
  site_client::SiteKeys given = site_client::parse_site_keys(read_secret_file(path), printable(path));
  if (!given.vault_key.empty()) keys.vault_key = std::move(given.vault_key);
  for (site_client::AccountKey& key : given.account_keys) keys.account_keys.emplace(key.number, std::move(key.key));
}

}  // namespace

void declare_key_options(Arguments& arguments, KeyOptions& options) {
  arguments.option("--key-file", "FILE", options.key_file,
                   "File whose bytes are the key (at least 16 bytes, mode 0600)");
  arguments.option("--passphrase-file", "FILE", options.passphrase_file,
                   "File whose first line is the passphrase (mode 0600)");
}

store::Keys read_keys(const KeyOptions& options) {
  store::Keys keys;
  if (!options.key_file.empty()) keys.key_file = read_secret_file(options.key_file);
  if (!options.passphrase_file.empty()) {
    keys.passphrase = read_secret_line(options.passphrase_file);
  }
  if (!options.recovery_secret_file.empty()) {
    keys.recovery_secret = read_recovery_secret_file(options.recovery_secret_file);
  }
  if (!options.site_key_file.empty()) read_site_keys(options.site_key_file, keys);
  return keys;
}

store::Keys keys_to_open(const KeyOptions& options, const store::VaultInfo& info, Surroundings& surroundings) {
  store::Keys keys = read_keys(options);
  if (info.encrypted && keys.empty()) keys.passphrase = ask(surroundings, "Passphrase of the store: ");
  return keys;
}

store::Keys keys_to_create(const KeyOptions& options, Surroundings& surroundings) {
  store::Keys keys = read_keys(options);
  if (options.no_encryption) {
    if (!keys.empty()) {
      throw Error(ErrorCode::invalid_argument, "--no-encryption and a key contradict each other; give one of them");
    }
    return keys;
  }
  if (!keys.empty()) return keys;
  Secret first = ask(surroundings, "New passphrase for the store: ");
  const Secret second = ask(surroundings, "The same again: ");
  if (as_text(first.view()) != as_text(second.view())) {
    throw Error(ErrorCode::wrong_key, "the two passphrases are not the same; nothing was written, try again");
  }
  keys.passphrase = std::move(first);
  return keys;
}

}  // namespace rehome::cli
