// SPDX-License-Identifier: Apache-2.0
#include "base/codec/hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include "base/codec/internal/openssl.h"

namespace rehome {

struct Sha256::Context {
  // Fetched once: OpenSSL 3 otherwise looks the algorithm up, under a lock, for every message.
  OpenSslPtr<EVP_MD> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  OpenSslPtr<EVP_MD_CTX> state{EVP_MD_CTX_new()};

  void restart() { require_openssl(EVP_DigestInit_ex2(state.get(), algorithm.get(), nullptr) == 1, "SHA-256"); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  require_openssl(context_->algorithm != nullptr && context_->state != nullptr, "SHA-256");
  context_->restart();
}

Sha256::~Sha256() = default;

void Sha256::update(ByteView bytes) {
  require_openssl(EVP_DigestUpdate(context_->state.get(), bytes.data(), bytes.size()) == 1, "SHA-256");
}

Digest Sha256::finish() {
  Digest digest;
  require_openssl(EVP_DigestFinal_ex(context_->state.get(), digest.data(), nullptr) == 1, "SHA-256");
  context_->restart();
  return digest;
}

struct KeyedHash::Context {
  OpenSslPtr<EVP_MAC> algorithm{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  OpenSslPtr<EVP_MAC_CTX> state{EVP_MAC_CTX_new(algorithm.get())};

  void set_key(ByteView key) {
    // A null pointer would mean "the key of before"; an empty key is a key too.
    static constexpr std::uint8_t kNothing = 0;
    char digest_name[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                                     OSSL_PARAM_construct_end()};
    const std::uint8_t* start = key.empty() ? &kNothing : key.data();
    require_openssl(EVP_MAC_init(state.get(), start, key.size(), parameters) == 1, "HMAC-SHA-256");
  }
  /// Back to the state just after the key went in, without hashing the key again.
  void restart() { require_openssl(EVP_MAC_init(state.get(), nullptr, 0, nullptr) == 1, "HMAC-SHA-256"); }
};

KeyedHash::KeyedHash(ByteView key) : context_(std::make_unique<Context>()) {
  require_openssl(context_->state != nullptr, "HMAC-SHA-256");
  context_->set_key(key);
}

KeyedHash::~KeyedHash() = default;

Digest KeyedHash::of(ByteView bytes) {
  Digest digest;
  std::size_t written = 0;
  EVP_MAC_CTX* state = context_->state.get();
  const bool done = EVP_MAC_update(state, bytes.data(), bytes.size()) == 1 &&
                    EVP_MAC_final(state, digest.data(), &written, digest.size()) == 1;
  require_openssl(done && written == digest.size(), "HMAC-SHA-256");
  context_->restart();
  return digest;
}

Digest sha256(ByteView bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Digest hmac_sha256(ByteView key, ByteView bytes) { return KeyedHash(key).of(bytes); }

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace rehome
