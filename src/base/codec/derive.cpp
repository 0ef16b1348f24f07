// SPDX-License-Identifier: Apache-2.0
#include "base/codec/derive.h"

#include <openssl/core_names.h>
#include <sodium.h>

#include "base/codec/internal/openssl.h"
#include "base/codec/internal/sodium.h"
#include "base/core/check.h"
#include "base/core/error.h"

namespace rehome {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::uint32_t kMostPasses = 16;
constexpr std::uint32_t kMostMemoryKib = 1024 * 1024;
constexpr std::uint32_t kLeastMemoryKib = crypto_pwhash_MEMLIMIT_MIN / 1024;
static_assert(kArgon2SaltSize == crypto_pwhash_SALTBYTES);

/// OpenSSL's parameter type has no const, though it only reads; and it takes a null pointer for a missing value, while
/// an empty salt or info is a value.
OSSL_PARAM octets(const char* name, ByteView bytes) {
  static constexpr std::uint8_t kNothing = 0;
  const std::uint8_t* start = bytes.empty() ? &kNothing : bytes.data();
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(start), bytes.size());
}

void check_parameters(ByteView salt, Argon2Parameters parameters) {
  if (parameters.passes > kMostPasses || parameters.memory_kib > kMostMemoryKib) {
    throw Error(ErrorCode::limit_exceeded, "the passphrase slot asks for more than 1 GiB of memory or 16 passes");
  }
  if (parameters.passes == 0 || parameters.memory_kib < kLeastMemoryKib || salt.size() != kArgon2SaltSize) {
    throw Error(ErrorCode::invalid_argument, "the passphrase slot has parameters that Argon2id does not know");
  }
}

}  // namespace

Secret derive_key(const Secret& key, ByteView salt, ByteView info) {
  check(!key.empty(), "a key is derived from a key that is not there");
  const OpenSslPtr<EVP_KDF> algorithm(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const OpenSslPtr<EVP_KDF_CTX> state(EVP_KDF_CTX_new(algorithm.get()));
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name, 0),
                                   octets(OSSL_KDF_PARAM_KEY, key.view()), octets(OSSL_KDF_PARAM_SALT, salt),
                                   octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  Secret derived(kKeySize);
  std::uint8_t* out = derived.mutable_view().data();
  require_openssl(state != nullptr && EVP_KDF_derive(state.get(), out, kKeySize, parameters) == 1, "HKDF-SHA-256");
  return derived;
}

Secret derive_key_from_passphrase(const Secret& passphrase, ByteView salt, Argon2Parameters parameters) {
  check_parameters(salt, parameters);
  require_sodium();
  Secret derived(kKeySize);
  // libsodium forbids a null pointer, which is what an empty passphrase has.
  const char* text = passphrase.empty() ? "" : as_text(passphrase.view()).data();
  const int failed =
      crypto_pwhash(derived.mutable_view().data(), kKeySize, text, passphrase.size(), salt.data(), parameters.passes,
                    std::size_t{parameters.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) {
    throw Error(ErrorCode::limit_exceeded, "there is not enough memory to derive a key from the passphrase (" +
                                               std::to_string(parameters.memory_kib / 1024) + " MiB are needed)");
  }
  return derived;
}

}  // namespace rehome
