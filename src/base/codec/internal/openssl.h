// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the sources over OpenSSL share: how its handles are owned and how its failures are told.

#include <memory>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string_view>

namespace rehome {

/// Throws Error(unsupported) unless `done`. With fixed algorithms and checked sizes OpenSSL fails only where the
/// algorithm is switched off by policy or memory is out. `algorithm` names it for the administrator.
void require_openssl(bool done, std::string_view algorithm);

struct OpenSslFree {
  void operator()(EVP_MD* p) const noexcept { EVP_MD_free(p); }
  void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
  void operator()(EVP_MAC* p) const noexcept { EVP_MAC_free(p); }
  void operator()(EVP_MAC_CTX* p) const noexcept { EVP_MAC_CTX_free(p); }
  void operator()(EVP_CIPHER* p) const noexcept { EVP_CIPHER_free(p); }
  void operator()(EVP_CIPHER_CTX* p) const noexcept { EVP_CIPHER_CTX_free(p); }
  void operator()(EVP_KDF* p) const noexcept { EVP_KDF_free(p); }
  void operator()(EVP_KDF_CTX* p) const noexcept { EVP_KDF_CTX_free(p); }
};

template <typename T>
using OpenSslPtr = std::unique_ptr<T, OpenSslFree>;

}  // namespace rehome
