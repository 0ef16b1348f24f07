// SPDX-License-Identifier: Apache-2.0
#include "sequence/signing_key.h"

#include <algorithm>

namespace rehome::sequence {

namespace {

constexpr std::string_view kSignerTag = "rehome-sequence-signer:";
constexpr std::string_view kSecretTag = "rehome-sequence-SECRET:";
constexpr std::size_t kKeySize = 32;

/// Empty where the line is no such key.
Bytes key_after(std::string_view tag, std::string_view line) {
  if (!line.starts_with(tag)) return {};
  line.remove_prefix(tag.size());
  const std::string_view digits = line.substr(0, line.find_first_of("\r\n "));
  if (digits.size() != 2 * kKeySize || digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return {};
  }
  return from_hex(digits);
}

}  // namespace

std::string line_of(const SignerKey& signer) { return std::string(kSignerTag) + to_hex(signer.bytes); }

std::optional<SignerKey> signer_in(std::string_view line) {
  const Bytes key = key_after(kSignerTag, line);
  if (key.empty()) return std::nullopt;
  SignerKey signer;
  std::ranges::copy(key, signer.bytes.begin());
  return signer;
}

Secret line_of_secret(const Secret& secret_key) {
  std::string line = std::string(kSecretTag) + to_hex(secret_key.view()) + "\n";
  Secret kept(as_bytes(line));
  wipe(line);
  return kept;
}

std::optional<Secret> secret_in(std::string_view line) {
  Bytes key = key_after(kSecretTag, line);
  if (key.empty()) return std::nullopt;
  Secret secret{ByteView(key)};
  wipe(key);
  return secret;
}

bool looks_like_secret(std::string_view line) { return line.starts_with(kSecretTag); }

}  // namespace rehome::sequence
