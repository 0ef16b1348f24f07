// SPDX-License-Identifier: Apache-2.0
#pragma once
// What all connections of one TlsIdentity share. Any thread may use it once it is made.

#include <memory>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/http_server/http_server.h"

namespace rehome::http {

struct TlsFree {
  void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
  void operator()(SSL* p) const noexcept { SSL_free(p); }
  void operator()(BIO* p) const noexcept { BIO_free_all(p); }
  void operator()(BIO_METHOD* p) const noexcept { BIO_meth_free(p); }
  void operator()(X509* p) const noexcept { X509_free(p); }
  void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
};
template <typename T>
using TlsPtr = std::unique_ptr<T, TlsFree>;

class TlsContext {
 public:
  /// Throws Error(invalid_argument) where the identity makes no sense.
  explicit TlsContext(const TlsIdentity& identity);

  SSL_CTX& context() const { return *context_; }
  const BIO_METHOD& socket_method() const { return *socket_method_; }

 private:
  TlsPtr<BIO_METHOD> socket_method_;
  TlsPtr<SSL_CTX> context_;
};

}  // namespace rehome::http
