// SPDX-License-Identifier: Apache-2.0
#include "base/codec/certificate_authority.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/codec/internal/openssl.h"
#include "base/codec/internal/x509.h"
#include "base/core/error.h"

namespace rehome {
namespace {

constexpr std::string_view kX509 = "X.509 certificates";
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr int kAuthorityDays = 3650;
constexpr int kMostDays = 3650;
// A computer whose clock is a little behind must not refuse what was just issued.
constexpr std::int64_t kBackdating = 5 * 60;
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kSerialBytes = 16;

struct Period {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

Period period_of(Timestamp now, int days, std::int64_t end_of_authority) {
  require_valid(days >= 1 && days <= kMostDays, "a certificate is good for 1 to 3650 days");
  if (now.seconds >= end_of_authority) {
    throw Error(ErrorCode::refused, "the site's certificate authority has expired on " +
                                        to_iso8601({end_of_authority, 0}) + ": make a new one");
  }
  return {now.seconds - kBackdating, std::min(now.seconds + days * kSecondsPerDay, end_of_authority)};
}

void set_serial(X509& certificate, Random& random) {
  std::array<std::uint8_t, kSerialBytes> bytes;
  random.fill(bytes);
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3f) | 0x40);  // positive, and of one length
  const X509Ptr<BIGNUM> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  require_openssl(number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr,
                  kX509);
}

/// A certificate without a name, extensions and signature.
X509Ptr<X509> begin_certificate(EVP_PKEY& key, Period period, Random& random) {
  X509Ptr<X509> certificate(X509_new());
  require_openssl(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1, kX509);
  set_serial(*certificate, random);
  const bool made = ASN1_TIME_set(X509_getm_notBefore(certificate.get()), period.first) != nullptr &&
                    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), period.last) != nullptr &&
                    X509_set_pubkey(certificate.get(), &key) == 1;
  require_openssl(made, kX509);
  return certificate;
}

/// Only with texts of ours: OpenSSL's little language for extensions can do more than is wanted.
void add_extension(X509& certificate, X509& issuer, int kind, const char* text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const X509Ptr<X509_EXTENSION> extension(X509V3_EXT_nconf_nid(nullptr, &context, kind, text));
  require_openssl(extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1, kX509);
}

void sign(X509& certificate, EVP_PKEY& key) {
  require_openssl(X509_sign(&certificate, &key, EVP_sha256()) > 0, "ECDSA with SHA-256");
}

/// What is the same in every certificate but the authority's own.
void finish_leaf(X509& certificate, const X509_NAME& subject, const char* use, const CertifiedKey& authority) {
  const X509Ptr<X509> issuer = read_certificate(authority.certificate);
  const bool named = X509_set_subject_name(&certificate, &subject) == 1 &&
                     X509_set_issuer_name(&certificate, X509_get_subject_name(issuer.get())) == 1;
  require_openssl(named, kX509);
  add_extension(certificate, *issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, *issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate, *issuer, NID_ext_key_usage, use);
  add_extension(certificate, *issuer, NID_subject_key_identifier, "hash");
  add_extension(certificate, *issuer, NID_authority_key_identifier, "keyid:always");
  sign(certificate, *read_private_key(authority.private_key));
}

bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > kLongestHost) return false;
  while (true) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    const bool good = !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
                      std::ranges::all_of(label, [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
                      });
    if (!good) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

void add_name(GENERAL_NAMES& names, int kind, ASN1_STRING* value) {
  X509Ptr<GENERAL_NAME> name(GENERAL_NAME_new());
  require_openssl(name != nullptr && value != nullptr, kX509);
  GENERAL_NAME_set0_value(name.get(), kind, value);
  require_openssl(sk_GENERAL_NAME_push(&names, name.get()) > 0, kX509);
  [[maybe_unused]] const GENERAL_NAME* listed = name.release();  // the list owns it now
}

void add_names(X509& certificate, const ServerNames& wanted) {
  require_valid(!wanted.hosts.empty() || !wanted.addresses.empty(), "a server's certificate needs a name or address");
  const X509Ptr<GENERAL_NAMES> names(GENERAL_NAMES_new());
  require_openssl(names != nullptr, kX509);
  for (const std::string& host : wanted.hosts) {
    require_valid(is_host_name(host), "\"" + host.substr(0, kLongestHost) + "\" is no host name");
    ASN1_STRING* text = ASN1_IA5STRING_new();
    require_openssl(text != nullptr && ASN1_STRING_set(text, host.data(), static_cast<int>(host.size())) == 1, kX509);
    add_name(*names, GEN_DNS, text);
  }
  for (const std::string& address : wanted.addresses) {
    ASN1_OCTET_STRING* bytes = a2i_IPADDRESS(address.c_str());
    require_valid(bytes != nullptr, "\"" + address.substr(0, kLongestHost) + "\" is no IP address");
    add_name(*names, GEN_IPADD, bytes);
  }
  require_openssl(X509_add1_ext_i2d(&certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
                  kX509);
}

/// The key that the request proves to hold.
X509Ptr<EVP_PKEY> proven_key(std::string_view request_pem) {
  constexpr std::size_t kRoomForGroup = 32;
  const X509Ptr<X509_REQ> request = read_request(request_pem);
  X509Ptr<EVP_PKEY> key(X509_REQ_get_pubkey(request.get()));
  std::array<char, kRoomForGroup> group{};
  const bool known = key != nullptr && EVP_PKEY_is_a(key.get(), "EC") == 1 &&
                     EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) == 1 &&
                     std::string_view(group.data()) == SN_X9_62_prime256v1;
  require_valid(known, "the certificate request is for a key that is not an EC key on P-256");
  require_valid(X509_REQ_verify(request.get(), key.get()) == 1,
                "the certificate request is not signed with the key it asks to be certified");
  return key;
}

std::int64_t end_of(const CertifiedKey& authority) {
  return to_timestamp(*X509_get0_notAfter(read_certificate(authority.certificate).get())).seconds;
}

}  // namespace

CertificateAuthority::CertificateAuthority(CertifiedKey own, Sources sources)
    : own_(std::move(own)), sources_(sources) {}

CertificateAuthority CertificateAuthority::make(std::string_view site_code, Sources sources) {
  const X509Ptr<X509_NAME> name = make_name("Rehome site " + std::string(site_code));
  const X509Ptr<EVP_PKEY> key = make_ec_key();
  const std::int64_t now = sources.clock.now().seconds;
  const X509Ptr<X509> certificate =
      begin_certificate(*key, {now - kBackdating, now + kAuthorityDays * kSecondsPerDay}, sources.random);
  const bool named = X509_set_subject_name(certificate.get(), name.get()) == 1 &&
                     X509_set_issuer_name(certificate.get(), name.get()) == 1;
  require_openssl(named, kX509);
  add_extension(*certificate, *certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(*certificate, *certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(*certificate, *certificate, NID_subject_key_identifier, "hash");
  sign(*certificate, *key);
  return CertificateAuthority({.certificate = to_pem(*certificate), .private_key = to_pem(*key)}, sources);
}

CertificateAuthority CertificateAuthority::load(std::string_view certificate, Secret private_key, Sources sources) {
  const X509Ptr<X509> own = read_certificate(certificate);
  const X509Ptr<EVP_PKEY> key = read_private_key(private_key);
  require_valid(X509_check_ca(own.get()) == 1, "this certificate is not that of a certificate authority");
  require_valid(X509_check_private_key(own.get(), key.get()) == 1,
                "the certificate authority's private key does not belong to its certificate");
  // In our own form: it is handed out to others, who take one certificate and nothing around it.
  return CertificateAuthority({.certificate = to_pem(*own), .private_key = std::move(private_key)}, sources);
}

CertifiedKey CertificateAuthority::issue_server(const ServerNames& names, int days) const {
  const Period period = period_of(sources_.clock.now(), days, end_of(own_));
  const X509Ptr<EVP_PKEY> key = make_ec_key();
  const X509Ptr<X509> certificate = begin_certificate(*key, period, sources_.random);
  add_names(*certificate, names);
  // The names that count are the alternative ones; this one is what people see, and it has no room for long hosts.
  finish_leaf(*certificate, *make_name("Rehome server"), "serverAuth", own_);
  return {.certificate = to_pem(*certificate), .private_key = to_pem(*key)};
}

std::string CertificateAuthority::issue_client(std::string_view request, std::string_view common_name, int days) const {
  const Period period = period_of(sources_.clock.now(), days, end_of(own_));
  const X509Ptr<EVP_PKEY> key = proven_key(request);
  const X509Ptr<X509> certificate = begin_certificate(*key, period, sources_.random);
  finish_leaf(*certificate, *make_name(common_name), "clientAuth", own_);
  return to_pem(*certificate);
}

}  // namespace rehome
