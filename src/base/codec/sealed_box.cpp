// SPDX-License-Identifier: Apache-2.0
#include "base/codec/sealed_box.h"

#include <sodium.h>

#include "base/codec/internal/sodium.h"
#include "base/core/error.h"

namespace rehome {

static_assert(std::tuple_size_v<PublicKey> == crypto_box_PUBLICKEYBYTES);

KeyPair make_key_pair() {
  require_sodium();
  KeyPair pair{.secret_key = Secret(crypto_box_SECRETKEYBYTES)};
  crypto_box_keypair(pair.public_key.data(), pair.secret_key.mutable_view().data());
  return pair;
}

PublicKey public_key_of(const Secret& secret_key) {
  if (secret_key.size() != crypto_box_SECRETKEYBYTES) {
    throw Error(ErrorCode::invalid_argument, "a recovery secret key must have 32 bytes");
  }
  require_sodium();
  PublicKey public_key;
  crypto_scalarmult_base(public_key.data(), secret_key.view().data());
  return public_key;
}

Bytes close_box(const PublicKey& recipient, ByteView plain) {
  require_sodium();
  Bytes box(plain.size() + crypto_box_SEALBYTES);
  if (crypto_box_seal(box.data(), plain.data(), plain.size(), recipient.data()) != 0) {
    throw Error(ErrorCode::invalid_argument, "the recovery public key is no usable key");
  }
  return box;
}

Secret open_box(const Secret& secret_key, ByteView box) {
  const PublicKey public_key = public_key_of(secret_key);
  if (box.size() < crypto_box_SEALBYTES) throw Error(ErrorCode::wrong_key, "a sealed box is too short to hold a key");
  Secret plain(box.size() - crypto_box_SEALBYTES);
  if (crypto_box_seal_open(plain.mutable_view().data(), box.data(), box.size(), public_key.data(),
                           secret_key.view().data()) != 0) {
    throw Error(ErrorCode::wrong_key, "this secret key does not open the sealed box");
  }
  return plain;
}

}  // namespace rehome
