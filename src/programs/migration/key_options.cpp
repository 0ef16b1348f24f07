// SPDX-License-Identifier: Apache-2.0
#include "programs/cli/internal/key_options.h"

#include "base/core/error.h"
#include "programs/cli/internal/declarations.h"
#include "programs/cli/internal/recovery_key_file.h"
#include "programs/command/host.h"

namespace rehome::cli {

namespace {

constexpr std::size_t kLargestKeyFile = 1024 * 1024;

Secret read_secret(const std::string& path) {
  std::string text = read_host_file(path, Trust::secret_file, kLargestKeyFile);
  Secret secret(as_bytes(text));
  wipe(text);
  return secret;
}

/// A passphrase file's first line: editors and echo end it with a newline nobody types.
Secret first_line(const Secret& content) {
  const std::string_view text = as_text(content.view());
  return Secret(as_bytes(text.substr(0, text.find_first_of("\r\n"))));
}

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

}  // namespace

void declare_key_options(Arguments& arguments, KeyOptions& options) {
  arguments.option("--key-file", "FILE", options.key_file,
                   "File whose bytes are the key (at least 16 bytes, mode 0600)");
  arguments.option("--passphrase-file", "FILE", options.passphrase_file,
                   "File whose first line is the passphrase (mode 0600)");
}

store::Keys read_keys(const KeyOptions& options) {
  store::Keys keys;
  if (!options.key_file.empty()) keys.key_file = read_secret(options.key_file);
  if (!options.passphrase_file.empty()) {
    keys.passphrase = first_line(read_secret(options.passphrase_file));
    if (keys.passphrase->empty()) {
      throw Error(ErrorCode::invalid_argument, "the first line of " + options.passphrase_file + " is empty");
    }
  }
  if (!options.recovery_secret_file.empty()) {
    keys.recovery_secret = read_recovery_secret_file(options.recovery_secret_file);
  }
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
