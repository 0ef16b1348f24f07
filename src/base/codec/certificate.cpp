// SPDX-License-Identifier: Apache-2.0
#include "base/codec/certificate.h"

#include <array>
#include <openssl/err.h>

#include "base/codec/internal/openssl.h"
#include "base/codec/internal/x509.h"
#include "base/core/error.h"

namespace rehome {
namespace {

std::string fingerprint_of(const X509& certificate) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  require_openssl(X509_digest(&certificate, EVP_sha256(), digest.data(), &size) == 1, "SHA-256");
  return to_hex(ByteView(digest).first(size));
}

std::string common_name_of(const X509& certificate) {
  const X509_NAME* subject = X509_get_subject_name(&certificate);
  const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (place < 0) return {};
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
  require_valid(size >= 0, "the name in a certificate is no text");
  const std::string name(as_text({text, static_cast<std::size_t>(size)}));
  OPENSSL_free(text);
  require_valid(name.find('\0') == std::string::npos, "the name in a certificate has a zero byte in it");
  return name;
}

std::string serial_of(const X509& certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(&certificate);
  return to_hex({ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial))});
}

X509Ptr<X509_STORE> make_store(std::string_view bundle) {
  X509Ptr<X509_STORE> store(X509_STORE_new());
  require_openssl(store != nullptr, "X.509 certificates");
  for (const auto& authority : read_certificates(bundle)) {
    require_openssl(X509_STORE_add_cert(store.get(), authority.get()) == 1, "X.509 certificates");
  }
  return store;
}

}  // namespace

CertificateInfo inspect_certificate(std::string_view pem) {
  const X509Ptr<X509> certificate = read_certificate(pem);
  return {.fingerprint = fingerprint_of(*certificate),
          .serial = serial_of(*certificate),
          .common_name = common_name_of(*certificate),
          .not_before = to_timestamp(*X509_get0_notBefore(certificate.get())),
          .expires = to_timestamp(*X509_get0_notAfter(certificate.get()))};
}

std::string certificate_fingerprint(std::string_view pem) { return fingerprint_of(*read_certificate(pem)); }

std::string plain_fingerprint(std::string_view text) {
  std::string plain;
  for (const char letter : text) {
    if (letter != ':') plain += letter >= 'A' && letter <= 'F' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return plain;
}

std::vector<std::string> split_trust_bundle(std::string_view bundle) {
  std::vector<std::string> parts;
  for (const auto& certificate : read_certificates(bundle)) parts.push_back(to_pem(*certificate));
  return parts;
}

std::optional<std::string> reason_not_trusted(std::string_view pem, std::string_view bundle, CertificateUse use,
                                              Timestamp moment) {
  const X509Ptr<X509> certificate = read_certificate(pem);
  const X509Ptr<X509_STORE> store = make_store(bundle);
  const X509Ptr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  require_openssl(
      context != nullptr && X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr) == 1,
      "X.509 certificates");
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(wanted, moment.seconds);
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_X509_STRICT);
  const int purpose = use == CertificateUse::server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT;
  require_openssl(X509_VERIFY_PARAM_set_purpose(wanted, purpose) == 1, "X.509 certificates");
  const bool trusted = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (trusted) return std::nullopt;
  const int cause = X509_STORE_CTX_get_error(context.get());
  return std::string("the certificate is not trusted: ") + X509_verify_cert_error_string(cause);
}

CertificateRequest make_certificate_request(std::string_view common_name) {
  const X509Ptr<X509_NAME> name = make_name(common_name);
  const X509Ptr<EVP_PKEY> key = make_ec_key();
  const X509Ptr<X509_REQ> request(X509_REQ_new());
  const bool made = request != nullptr && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                    X509_REQ_set_subject_name(request.get(), name.get()) == 1 &&
                    X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
                    X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0;
  require_openssl(made, "certificate requests");
  return {.private_key = to_pem(*key), .request = to_pem(*request)};
}

}  // namespace rehome
