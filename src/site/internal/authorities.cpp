// SPDX-License-Identifier: Apache-2.0
#include "site/internal/authorities.h"

#include "base/codec/certificate.h"
#include "site/internal/sealed_record.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectNewest =
    "SELECT number, certificate, fingerprint, sealed_key FROM authorities ORDER BY number DESC LIMIT 1";
constexpr const char* kInsert =
    "INSERT INTO authorities (number, certificate, fingerprint, sealed_key, created) VALUES "
    "((SELECT COALESCE(MAX(number), 0) + 1 FROM authorities), :certificate, :fingerprint, :sealed_key, :created)";
constexpr const char* kSelectCertificates = "SELECT certificate FROM authorities ORDER BY number DESC";

SealedRecordPlace place_of(const Site& site, const std::string& fingerprint) {
  return {site.info().id, "authority " + fingerprint};
}

}  // namespace

void add_authority(const Site& site, Transaction& transaction) {
  const CertificateAuthority authority =
      CertificateAuthority::make(site.info().code, {.clock = site.clock(), .random = site.random()});
  const std::string fingerprint = certificate_fingerprint(authority.certificate());
  transaction.execute(
      kInsert, {authority.certificate(), fingerprint,
                seal_record(site.key(), place_of(site, fingerprint), authority.private_key().view(), site.random()),
                site.now()});
}

NumberedAuthority newest_authority(const Site& site, Transaction& transaction) {
  const Row row = transaction.query(kSelectNewest).at(0);
  Secret key = open_record(site.key(), place_of(site, row.text(2)), row.text(3));
  return {row.integer(0),
          CertificateAuthority::load(row.text(1), std::move(key), {.clock = site.clock(), .random = site.random()})};
}

std::string authority_bundle(Transaction& transaction) {
  std::string bundle;
  for (const Row& row : transaction.query(kSelectCertificates)) bundle += row.text(0);
  return bundle;
}

}  // namespace rehome::site
