// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/recovery_key_file.h"

#include <algorithm>
#include <string_view>

#include "base/core/bytes.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::cli {

namespace {

constexpr std::string_view kPublicTag = "rehome-recovery-public:";
constexpr std::string_view kSecretTag = "rehome-recovery-SECRET:";
constexpr std::size_t kLargestFile = 4096;
constexpr std::size_t kKeySize = 32;

/// The 32 bytes after the tag; empty where the line is no key.
Bytes key_after(std::string_view tag, std::string_view text) {
  if (!text.starts_with(tag)) return {};
  const std::string_view digits = text.substr(tag.size(), text.find_first_of("\r\n ") - tag.size());
  if (digits.size() != 2 * kKeySize || digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return {};
  }
  return from_hex(digits);
}

Error no_key(const std::string& path, const char* half) {
  return {ErrorCode::invalid_argument, printable(path) + " holds no " + half +
                                           " half of a recovery key; `rehome recovery keygen FILE` makes both: the "
                                           "secret half in FILE, the public half in FILE.pub"};
}

}  // namespace

std::string text_of_public_key(const PublicKey& key) { return std::string(kPublicTag) + to_hex(key) + "\n"; }

Secret text_of_recovery_secret(const Secret& secret_key) {
  std::string digits = to_hex(secret_key.view());
  Secret text(kSecretTag.size() + digits.size() + 1);
  auto end = std::ranges::copy(as_bytes(kSecretTag), text.mutable_view().begin()).out;
  end = std::ranges::copy(as_bytes(digits), end).out;
  *end = '\n';
  wipe(digits);
  return text;
}

PublicKey read_public_key_file(const std::string& path) {
  const std::string text = read_host_file(path, Trust::anyone, kLargestFile);
  if (text.starts_with(kSecretTag)) {
    throw Error(ErrorCode::refused, printable(path) +
                                        " is the secret half of a recovery key, which must not go near a "
                                        "store: give the public half, " +
                                        printable(path) + ".pub");
  }
  const Bytes key = key_after(kPublicTag, text);
  if (key.empty()) throw no_key(path, "public");
  PublicKey public_key{};
  std::ranges::copy(key, public_key.begin());
  return public_key;
}

Secret read_recovery_secret_file(const std::string& path) {
  std::string text = read_host_file(path, Trust::secret_file, kLargestFile);
  Bytes key = key_after(kSecretTag, text);
  wipe(text);
  if (key.empty()) throw no_key(path, "secret");
  Secret secret{ByteView(key)};
  wipe(key);
  return secret;
}

}  // namespace rehome::cli
