// SPDX-License-Identifier: Apache-2.0
#include "site/enrolment.h"

#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/authorities.h"
#include "site/internal/computer_records.h"
#include "site/internal/ids.h"
#include "site/internal/range.h"
#include "site/internal/recovery_right.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr int kCertificateDays = 365;
/// An agent asks for a return token right before its system is replaced.
constexpr std::int64_t kReturnTokenSeconds = 7 * 86400;

constexpr const char* kInsertToken =
    "INSERT INTO enrolment_tokens (hash, computer, created, expires) VALUES (:hash, :computer, :created, :expires)";
constexpr const char* kSelectToken = "SELECT computer, expires, used FROM enrolment_tokens WHERE hash = :hash";
constexpr const char* kUseToken = "UPDATE enrolment_tokens SET used = :now WHERE hash = :hash";
constexpr const char* kUseUpTokens =
    "UPDATE enrolment_tokens SET used = :now WHERE computer = :computer AND used IS NULL";
constexpr const char* kForgetTokens = "DELETE FROM enrolment_tokens WHERE expires < :limit";

constexpr const char* kUpdateEnrolled =
    "UPDATE computers SET name = :name, folded_name = :folded_name, operating_system = :operating_system, "
    "agent_version = :agent_version WHERE id = :id";
constexpr const char* kUpdateFingerprint =
    "UPDATE computers SET enrolled = 1, fingerprint = :fingerprint WHERE id = :id";

constexpr const char* kInsertCertificate =
    "INSERT INTO certificates (fingerprint, serial, computer, authority, issued, expires) VALUES (:fingerprint, "
    "(SELECT COALESCE(MAX(serial), 0) + 1 FROM certificates), :computer, :authority, :issued, :expires)";
constexpr const char* kSelectCertificate =
    "SELECT computer, seen FROM certificates WHERE fingerprint = :fingerprint AND revoked IS NULL";
constexpr const char* kRevokeAll =
    "UPDATE certificates SET revoked = :now WHERE computer = :computer AND revoked IS NULL";
constexpr const char* kMarkSeen = "UPDATE certificates SET seen = :now WHERE fingerprint = :fingerprint";
constexpr const char* kRevokeEarlier =
    "UPDATE certificates SET revoked = :now WHERE computer = :computer AND revoked IS NULL AND "
    "serial < (SELECT serial FROM certificates WHERE fingerprint = :fingerprint)";

constexpr const char* kCountOfOlderAuthorities =
    "SELECT COUNT(DISTINCT c.computer) FROM certificates c WHERE c.revoked IS NULL AND c.expires >= :now AND "
    "c.authority < :newest AND NOT EXISTS (SELECT 1 FROM certificates n WHERE n.computer = c.computer AND "
    "n.revoked IS NULL AND n.authority >= :newest_again)";
constexpr const char* kSelectAuthorities =
    "SELECT number, certificate, fingerprint, created, (SELECT COUNT(DISTINCT c.computer) FROM certificates c WHERE "
    "c.authority = number AND c.revoked IS NULL AND c.expires >= :now) FROM authorities ORDER BY number DESC";
constexpr const char* kDeleteOlderAuthorities = "DELETE FROM authorities WHERE number < :newest";

/// Also where nothing is kept of it or for it yet: a token may be used later.
void check_may_stand_for(const Computer& computer, const Account& by) {
  if (computer.enrolled) require_recovery_right(by, "let another system be " + computer.name);
}

Token add_token(const Site& site, Transaction& transaction, const std::optional<std::string>& computer,
                std::int64_t life_seconds) {
  Token made{.token = make_token(site.random()), .expires = site.now() + life_seconds};
  transaction.execute(kForgetTokens, {site.now() - kLongestTokenLife});
  transaction.execute(kInsertToken, {hash_of_token(made.token), optional_value(computer), site.now(), made.expires});
  return made;
}

/// The computer it is bound to. The token is used from now on.
std::optional<std::string> use_token(const Site& site, Transaction& transaction, const std::string& token) {
  const std::string hash = hash_of_token(token);
  const Rows rows = transaction.query(kSelectToken, {hash});
  if (rows.empty()) throw Error(ErrorCode::refused, "the enrolment token is not one of this site");
  if (const auto used = rows[0].optional_integer(2)) {
    throw Error(ErrorCode::refused, "the enrolment token was used on " + to_iso8601({.seconds = *used}));
  }
  if (rows[0].integer(1) < site.now()) {
    throw Error(ErrorCode::refused, "the enrolment token expired on " + to_iso8601({.seconds = rows[0].integer(1)}));
  }
  transaction.execute(kUseToken, {site.now(), hash});
  return rows[0].optional_text(0);
}

Enrolment certify(const Site& site, Transaction& transaction, const std::string& computer, const std::string& request) {
  const NumberedAuthority issuer = newest_authority(site, transaction);
  std::string certificate = issuer.authority.issue_client(request, computer, kCertificateDays);
  const CertificateInfo info = inspect_certificate(certificate);
  transaction.execute(kInsertCertificate,
                      {info.fingerprint, computer, issuer.number, site.now(), info.expires.seconds});
  transaction.execute(kUpdateFingerprint, {info.fingerprint, computer});
  return {computer_in(transaction, computer), std::move(certificate), authority_bundle(transaction)};
}

}  // namespace

Token make_enrolment_token(const Site& site, const std::optional<std::string>& computer, std::int64_t life_seconds,
                           const Account& by) {
  check_range(life_seconds, 1, kLongestTokenLife, "the life of an enrolment token in seconds");
  return site.database().write([&](Transaction& transaction) {
    if (computer) check_may_stand_for(computer_in(transaction, *computer), by);
    add_audit(site, transaction,
              {.who = by.user, .what = "enrolment token made", .subject = computer ? *computer : "any computer"});
    return add_token(site, transaction, computer, life_seconds);
  });
}

Token make_return_token(const Site& site, const std::string& computer) {
  return site.database().write([&](Transaction& transaction) {
    if (!computer_in(transaction, computer).enrolled) {
      throw Error(ErrorCode::refused, "only an enrolled computer gets a token for its return");
    }
    add_audit(site, transaction, {.who = computer, .what = "return token made", .subject = computer});
    return add_token(site, transaction, computer, kReturnTokenSeconds);
  });
}

Enrolment enrol(const Site& site, const EnrolmentRequest& request) {
  check_name(request.name, "the name of a computer");
  return site.database().write([&](Transaction& transaction) {
    const std::optional<std::string> bound = use_token(site, transaction, request.token);
    const std::string id =
        bound ? computer_in(transaction, *bound).id : add_computer(site, transaction, {.name = request.name}).id;
    transaction.execute(kUpdateEnrolled,
                        {request.name, fold_case(request.name), tidy_text(request.operating_system, 255),
                         tidy_text(request.agent_version, 255), id});
    transaction.execute(kRevokeAll, {site.now(), id});
    transaction.execute(kUseUpTokens, {site.now(), id});
    Enrolment enrolment = certify(site, transaction, id, request.request);
    add_audit(site, transaction,
              {.who = id, .what = "computer enrolled", .subject = id, .why = *enrolment.computer.fingerprint});
    return enrolment;
  });
}

Enrolment renew_certificate(const Site& site, const std::string& computer, const std::string& request) {
  return site.database().write([&](Transaction& transaction) {
    if (!computer_in(transaction, computer).enrolled) {
      throw Error(ErrorCode::refused, "only an enrolled computer renews its certificate");
    }
    Enrolment enrolment = certify(site, transaction, computer, request);
    add_audit(
        site, transaction,
        {.who = computer, .what = "certificate renewed", .subject = computer, .why = *enrolment.computer.fingerprint});
    return enrolment;
  });
}

std::optional<Computer> computer_of_certificate(const Site& site, const std::string& certificate) {
  const CertificateInfo info = inspect_certificate(certificate);
  bool is_new = false;
  auto found = site.database().read([&](Transaction& transaction) -> std::optional<Computer> {
    const Rows rows = transaction.query(kSelectCertificate, {info.fingerprint});
    if (rows.empty() || rows[0].text(0) != info.common_name) return std::nullopt;
    if (reason_not_trusted(certificate, authority_bundle(transaction), CertificateUse::client, site.clock().now())) {
      return std::nullopt;
    }
    is_new = !rows[0].optional_integer(1);
    return computer_in(transaction, info.common_name);
  });
  if (found && is_new) {
    site.database().write([&](Transaction& transaction) {
      transaction.execute(kMarkSeen, {site.now(), info.fingerprint});
      transaction.execute(kRevokeEarlier, {site.now(), found->id, info.fingerprint});
    });
  }
  return found;
}

void make_authority(const Site& site, std::string_view who) {
  site.database().write([&](Transaction& transaction) {
    add_authority(site, transaction);
    add_audit(site, transaction, {.who = who, .what = "authority made", .subject = site.info().code});
  });
}

CertificateAuthority current_authority(const Site& site) {
  return site.database().read([&](Transaction& transaction) { return newest_authority(site, transaction).authority; });
}

std::string trusted_authorities(const Site& site) {
  return site.database().read([](Transaction& transaction) { return authority_bundle(transaction); });
}

std::vector<AuthorityInfo> list_authorities(const Site& site) {
  return site.database().read([&](Transaction& transaction) {
    std::vector<AuthorityInfo> authorities;
    for (const Row& row : transaction.query(kSelectAuthorities, {site.now()})) {
      authorities.push_back({.number = row.integer(0),
                             .fingerprint = row.text(2),
                             .signs = authorities.empty(),
                             .created = row.integer(3),
                             .expires = inspect_certificate(row.text(1)).expires.seconds,
                             .computers = row.integer(4)});
    }
    return authorities;
  });
}

std::int64_t retire_authorities(const Site& site, bool forced, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    const std::int64_t newest = newest_authority(site, transaction).number;
    const std::int64_t left =
        transaction.query(kCountOfOlderAuthorities, {site.now(), newest, newest}).at(0).integer(0);
    if (left > 0 && !forced) {
      throw Error(ErrorCode::refused, std::to_string(left) +
                                          " computers have no certificate of the newest authority yet and would have "
                                          "to be enrolled again");
    }
    transaction.execute(kDeleteOlderAuthorities, {newest});
    add_audit(site, transaction, {.who = who, .what = "authorities retired", .subject = site.info().code});
    return left;
  });
}

}  // namespace rehome::site
