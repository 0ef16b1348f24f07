// SPDX-License-Identifier: Apache-2.0
#include "base/codec/seal.h"

#include <array>

#include "base/codec/internal/openssl.h"
#include "base/core/check.h"
#include "base/core/error.h"

namespace rehome {
namespace {

using Nonce = std::array<std::uint8_t, 12>;
constexpr std::size_t kLargestMessage = std::size_t{1} << 30;  // OpenSSL counts in int

Nonce nonce_of(std::uint64_t counter) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<std::uint8_t>(counter >> (8 * i));
  return nonce;
}

void check_sizes(ByteView associated, ByteView message) {
  if (associated.size() > kLargestMessage || message.size() > kLargestMessage) {
    throw Error(ErrorCode::limit_exceeded, "a message to seal or open is larger than 1 GiB");
  }
}

}  // namespace

/// One OpenSSL state per direction, each with the key schedule done: a message then sets the nonce only.
struct Sealer::Context {
  OpenSslPtr<EVP_CIPHER> algorithm{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  OpenSslPtr<EVP_CIPHER_CTX> sealing{EVP_CIPHER_CTX_new()};
  OpenSslPtr<EVP_CIPHER_CTX> opening{EVP_CIPHER_CTX_new()};
};

Sealer::Sealer(const Secret& key) : context_(std::make_unique<Context>()) {
  check(key.size() == kKeySize, "a sealing key must have 32 bytes");
  const EVP_CIPHER* algorithm = context_->algorithm.get();
  const std::uint8_t* bytes = key.view().data();
  const bool done = algorithm != nullptr &&
                    EVP_EncryptInit_ex2(context_->sealing.get(), algorithm, bytes, nullptr, nullptr) == 1 &&
                    EVP_DecryptInit_ex2(context_->opening.get(), algorithm, bytes, nullptr, nullptr) == 1;
  require_openssl(done, "AES-256-GCM");
}

Sealer::~Sealer() = default;

Bytes Sealer::seal(std::uint64_t counter, ByteView associated, ByteView plain) {
  check_sizes(associated, plain);
  EVP_CIPHER_CTX* state = context_->sealing.get();
  const Nonce nonce = nonce_of(counter);
  Bytes sealed(plain.size() + kTagSize);
  std::uint8_t* tag = sealed.data() + plain.size();
  int written = 0;
  const bool done =
      EVP_EncryptInit_ex2(state, nullptr, nullptr, nonce.data(), nullptr) == 1 &&
      EVP_EncryptUpdate(state, nullptr, &written, associated.data(), static_cast<int>(associated.size())) == 1 &&
      EVP_EncryptUpdate(state, sealed.data(), &written, plain.data(), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(state, tag, &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(state, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) == 1;
  require_openssl(done, "AES-256-GCM");
  return sealed;
}

Bytes Sealer::open(std::uint64_t counter, ByteView associated, ByteView sealed) {
  if (sealed.size() < kTagSize) throw Error(ErrorCode::corrupt, "a sealed message is shorter than its tag");
  check_sizes(associated, sealed);
  EVP_CIPHER_CTX* state = context_->opening.get();
  const Nonce nonce = nonce_of(counter);
  Bytes plain(sealed.size() - kTagSize);
  // OpenSSL takes the expected tag through a pointer without const and wants a place for the last zero bytes.
  std::array<std::uint8_t, kTagSize> tag;
  std::copy(sealed.end() - kTagSize, sealed.end(), tag.begin());
  std::array<std::uint8_t, kTagSize> rest;
  int written = 0;
  const bool ready =
      EVP_DecryptInit_ex2(state, nullptr, nullptr, nonce.data(), nullptr) == 1 &&
      EVP_DecryptUpdate(state, nullptr, &written, associated.data(), static_cast<int>(associated.size())) == 1 &&
      EVP_DecryptUpdate(state, plain.data(), &written, sealed.data(), static_cast<int>(plain.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(state, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1;
  require_openssl(ready, "AES-256-GCM");
  if (EVP_DecryptFinal_ex(state, rest.data(), &written) != 1) {
    throw Error(ErrorCode::corrupt, "a sealed message was changed, or is not what belongs here");
  }
  return plain;
}

}  // namespace rehome
