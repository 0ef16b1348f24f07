// SPDX-License-Identifier: Apache-2.0
#include "base/codec/internal/x509.h"

#include <algorithm>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/codec/certificate.h"
#include "base/codec/internal/openssl.h"
#include "base/core/error.h"

namespace rehome {
namespace {

constexpr std::string_view kX509 = "X.509 certificates";

X509Ptr<BIO> open_pem(std::string_view pem, std::string_view what) {
  if (pem.size() > kLargestPem) {
    throw Error(ErrorCode::limit_exceeded, std::string(what) + " has more than " + std::to_string(kLargestPem) +
                                               " bytes, more than any has: check which file it is");
  }
  // OpenSSL takes a null pointer for a mistake; no text at all is only text without a certificate.
  X509Ptr<BIO> bio(BIO_new_mem_buf(pem.empty() ? "" : pem.data(), static_cast<int>(pem.size())));
  require_openssl(bio != nullptr, kX509);
  return bio;
}

/// Without it OpenSSL would ask for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

bool at_end_of_pem() { return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE; }

X509Ptr<BIO> new_memory() {
  X509Ptr<BIO> bio(BIO_new(BIO_s_mem()));
  require_openssl(bio != nullptr, kX509);
  return bio;
}

std::string_view content_of(BIO& memory) {
  char* start = nullptr;
  const long size = BIO_get_mem_data(&memory, &start);
  return {start, static_cast<std::size_t>(size)};
}

}  // namespace

void require_valid(bool good, std::string_view message) {
  if (good) return;
  ERR_clear_error();
  throw Error(ErrorCode::invalid_argument, std::string(message));
}

std::vector<X509Ptr<X509>> read_certificates(std::string_view pem) {
  const X509Ptr<BIO> bio = open_pem(pem, "the certificate file");
  std::vector<X509Ptr<X509>> found;
  ERR_clear_error();
  while (X509Ptr<X509> next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
    if (found.size() == kMostCertificatesInBundle) {
      throw Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMostCertificatesInBundle) +
                                                 " certificates are in one file: keep only those in use");
    }
    found.push_back(std::move(next));
  }
  require_valid(at_end_of_pem(), "a certificate is damaged: get it again from the site's administrator");
  require_valid(
      !found.empty(),
      "there is no certificate where one must be: PEM text is needed, with a line -----BEGIN CERTIFICATE-----");
  ERR_clear_error();
  return found;
}

X509Ptr<X509> read_certificate(std::string_view pem) {
  std::vector<X509Ptr<X509>> found = read_certificates(pem);
  require_valid(found.size() == 1, "there are several certificates where one alone must be");
  return std::move(found.front());
}

X509Ptr<X509_REQ> read_request(std::string_view pem) {
  const X509Ptr<BIO> bio = open_pem(pem, "the certificate request");
  X509Ptr<X509_REQ> request(PEM_read_bio_X509_REQ(bio.get(), nullptr, no_passphrase, nullptr));
  require_valid(request != nullptr, "the certificate request is none: PKCS #10 in PEM text is needed");
  return request;
}

X509Ptr<EVP_PKEY> read_private_key(const Secret& pem) {
  const X509Ptr<BIO> bio = open_pem(as_text(pem.view()), "the private key");
  X509Ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  require_valid(key != nullptr, "the private key is none: PEM text without a passphrase is needed");
  return key;
}

std::string to_pem(X509& certificate) {
  const X509Ptr<BIO> out = new_memory();
  require_openssl(PEM_write_bio_X509(out.get(), &certificate) == 1, kX509);
  return std::string(content_of(*out));
}

std::string to_pem(X509_REQ& request) {
  const X509Ptr<BIO> out = new_memory();
  require_openssl(PEM_write_bio_X509_REQ(out.get(), &request) == 1, kX509);
  return std::string(content_of(*out));
}

Secret to_pem(EVP_PKEY& private_key) {
  // OpenSSL wipes the memory of such a BIO, also when it grows.
  const X509Ptr<BIO> out = new_memory();
  require_openssl(PEM_write_bio_PKCS8PrivateKey(out.get(), &private_key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
                  kX509);
  return Secret(as_bytes(content_of(*out)));
}

X509Ptr<EVP_PKEY> make_ec_key() {
  X509Ptr<EVP_PKEY> key(EVP_EC_gen("P-256"));
  require_openssl(key != nullptr, "EC P-256");
  return key;
}

X509Ptr<X509_NAME> make_name(std::string_view common_name) {
  const bool printable = std::ranges::none_of(common_name, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
  require_valid(printable && !common_name.empty() && common_name.size() <= kLargestPem,
                "the name for a certificate is empty or has control characters in it");
  X509Ptr<X509_NAME> name(X509_NAME_new());
  require_openssl(name != nullptr, kX509);
  const auto* bytes = as_bytes(common_name).data();
  // It counts characters, and at most 64 are allowed (RFC 5280, ub-common-name).
  const int added = X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8, bytes,
                                               static_cast<int>(common_name.size()), -1, 0);
  require_valid(added == 1, "the name for a certificate is longer than 64 characters or is not UTF-8");
  return name;
}

Timestamp to_timestamp(const ASN1_TIME& time) {
  constexpr std::int64_t kSecondsPerDay = 86'400;
  const X509Ptr<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  require_valid(epoch != nullptr && ASN1_TIME_diff(&days, &seconds, epoch.get(), &time) == 1,
                "a certificate has a time in it that is none");
  return {days * kSecondsPerDay + seconds, 0};
}

}  // namespace rehome
