// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the sources over X.509 share: owned handles, PEM in and out with its limits, names and times.

#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/secret.h"
#include "base/core/clock.h"

namespace rehome {

struct X509Free {
  void operator()(X509* p) const noexcept { X509_free(p); }
  void operator()(X509_REQ* p) const noexcept { X509_REQ_free(p); }
  void operator()(X509_NAME* p) const noexcept { X509_NAME_free(p); }
  void operator()(X509_STORE* p) const noexcept { X509_STORE_free(p); }
  void operator()(X509_STORE_CTX* p) const noexcept { X509_STORE_CTX_free(p); }
  void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
  void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
  void operator()(BIO* p) const noexcept { BIO_free_all(p); }
  void operator()(ASN1_TIME* p) const noexcept { ASN1_STRING_free(p); }
  void operator()(BIGNUM* p) const noexcept { BN_free(p); }
  void operator()(GENERAL_NAME* p) const noexcept { GENERAL_NAME_free(p); }
  void operator()(GENERAL_NAMES* p) const noexcept { GENERAL_NAMES_free(p); }
};

template <typename T>
using X509Ptr = std::unique_ptr<T, X509Free>;

/// The certificates in `pem` in order, 1 to kMostCertificatesInBundle.
std::vector<X509Ptr<X509>> read_certificates(std::string_view pem);
/// Throws unless there is exactly one.
X509Ptr<X509> read_certificate(std::string_view pem);
X509Ptr<X509_REQ> read_request(std::string_view pem);
X509Ptr<EVP_PKEY> read_private_key(const Secret& pem);

std::string to_pem(X509& certificate);
std::string to_pem(X509_REQ& request);
Secret to_pem(EVP_PKEY& private_key);

X509Ptr<EVP_PKEY> make_ec_key();
/// An X.509 name with this common name and nothing else.
X509Ptr<X509_NAME> make_name(std::string_view common_name);
Timestamp to_timestamp(const ASN1_TIME& time);

/// Throws Error(invalid_argument) unless `good`, and forgets OpenSSL's own list of reasons.
void require_valid(bool good, std::string_view message);

}  // namespace rehome
