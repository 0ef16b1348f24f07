// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a computer gets and proves its identity: one-time tokens, certificates of the site's authorities, and the way
// back for a reinstalled computer. Tokens are stored hashed; a computer is never recognised by name, MAC or address.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/certificate_authority.h"
#include "site/administrators.h"
#include "site/computers.h"
#include "site/site.h"

namespace rehome::site {

struct Token {
  std::string token = {};  // shown once, never stored
  std::int64_t expires = 0;
};

constexpr std::int64_t kLongestTokenLife = 90 * 86400;

/// Enrols one computer: any one, with a new record, or the one of `computer`. Who enrols as a computer gets what is
/// kept of it and for it: Error(refused) for one that was enrolled before, unless `by` may see recovery information.
Token make_enrolment_token(const Site& site, const std::optional<std::string>& computer, std::int64_t life_seconds,
                           const Account& by);
/// Asked for by the enrolled computer before it is wiped: enrolling with it gives the same record again.
Token make_return_token(const Site& site, const std::string& computer);

struct EnrolmentRequest {
  std::string token = {};
  std::string request = {};  // PKCS #10, PEM
  std::string name = {};
  std::string operating_system = {};
  std::string agent_version = {};
};

struct Enrolment {
  Computer computer = {};
  std::string certificate = {};  // PEM; its common name is the computer's id
  std::string authorities = {};  // trust bundle
};

/// Error(refused) for a token that is unknown, used or expired; it is used up only when this succeeds. All earlier
/// certificates of the record end, and so do other tokens that are bound to it.
Enrolment enrol(const Site& site, const EnrolmentRequest& request);

/// A new certificate for an enrolled computer. The one before is good until the new one was seen once.
Enrolment renew_certificate(const Site& site, const std::string& computer, const std::string& request);

/// The computer that this client certificate (PEM, already proven by TLS) stands for; nullopt unless an authority of
/// ours vouches for it now and it is on record and not revoked.
std::optional<Computer> computer_of_certificate(const Site& site, const std::string& certificate);

/// Authorities: the newest one issues, all that are kept are trusted. make_authority() is also the first half of a
/// rotation, retire_authorities() the second: it forgets all but the newest and says how many computers still had a
/// certificate of theirs; Error(refused) where there are such and not `forced`.
void make_authority(const Site& site, std::string_view who);
CertificateAuthority current_authority(const Site& site);
std::string trusted_authorities(const Site& site);
struct AuthorityInfo {
  std::int64_t number = 0;  // from 1
  std::string fingerprint = {};
  bool signs = false;  // it issues what is issued now
  std::int64_t created = 0, expires = 0;
  std::int64_t computers = 0;  // that have a certificate of it which is good
};
/// All that are trusted, the newest first.
std::vector<AuthorityInfo> list_authorities(const Site& site);
std::int64_t retire_authorities(const Site& site, bool forced, std::string_view who);

}  // namespace rehome::site
