// SPDX-License-Identifier: Apache-2.0
#include "base/codec/signature.h"

#include <sodium.h>

#include "base/codec/internal/sodium.h"
#include "base/core/error.h"

namespace rehome {

static_assert(sizeof(SignerKey::bytes) == crypto_sign_PUBLICKEYBYTES);
static_assert(std::tuple_size_v<Signature> == crypto_sign_BYTES);

namespace {

struct Expanded {
  SignerKey signer;
  Secret key{crypto_sign_SECRETKEYBYTES};  // as libsodium signs with it: seed and public half
};

Expanded expand(const Secret& seed) {
  if (seed.size() != crypto_sign_SEEDBYTES) {
    throw Error(ErrorCode::invalid_argument, "a signing key must have 32 bytes");
  }
  require_sodium();
  Expanded expanded;
  crypto_sign_seed_keypair(expanded.signer.bytes.data(), expanded.key.mutable_view().data(), seed.view().data());
  return expanded;
}

}  // namespace

SigningKeyPair make_signing_key_pair() {
  require_sodium();
  SigningKeyPair pair{.signer = {}, .secret_key = Secret(crypto_sign_SEEDBYTES)};
  randombytes_buf(pair.secret_key.mutable_view().data(), pair.secret_key.size());
  pair.signer = signer_of(pair.secret_key);
  return pair;
}

SignerKey signer_of(const Secret& secret_key) { return expand(secret_key).signer; }

Signature sign(const Secret& secret_key, ByteView message) {
  const Expanded expanded = expand(secret_key);
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), expanded.key.view().data());
  return signature;
}

bool is_signed_by(const SignerKey& signer, ByteView message, const Signature& signature) {
  require_sodium();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), signer.bytes.data()) == 0;
}

}  // namespace rehome
