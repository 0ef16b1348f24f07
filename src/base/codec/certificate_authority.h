// SPDX-License-Identifier: Apache-2.0
#pragma once
// A site's own certificate authority: one EC P-256 key that certifies the site's servers and its agents. In: names the
// caller has decided on, and requests of agents, which are hostile. Out: PEM text. Any thread may call.

#include <string>
#include <string_view>
#include <vector>

#include "base/codec/secret.h"
#include "base/core/clock.h"
#include "base/core/random.h"

namespace rehome {

/// A certificate with its private key, both PEM.
struct CertifiedKey {
  std::string certificate;
  Secret private_key;
};

/// Under which names a server is reached: at least one in all.
struct ServerNames {
  std::vector<std::string> hosts;      // letters, digits, '-' and '.'; no wildcards
  std::vector<std::string> addresses;  // IPv4 or IPv6, without brackets
};

class CertificateAuthority {
 public:
  /// Both certificates and serial numbers depend on nothing but these two and OpenSSL's own key generator. They must
  /// outlive the authority.
  struct Sources {
    const Clock& clock;
    Random& random;
  };

  /// A new one named "Rehome site <site_code>", good for ten years.
  static CertificateAuthority make(std::string_view site_code, Sources sources);
  /// The one that certificate() and private_key() gave out before. Throws Error(invalid_argument) where they are not
  /// PEM, do not belong together, or are no authority's.
  static CertificateAuthority load(std::string_view certificate, Secret private_key, Sources sources);

  const std::string& certificate() const { return own_.certificate; }
  const Secret& private_key() const { return own_.private_key; }

  /// Makes a key too. Good for `days` (1 to 3650) from now, but never longer than the authority itself.
  CertifiedKey issue_server(const ServerNames& names, int days) const;

  /// A client's certificate for the key in `request`. Its name is `common_name` (1 to 64 characters) and nothing else,
  /// whatever the request asks for. Throws Error(invalid_argument) unless the request is signed with its own key, an
  /// EC key on P-256.
  std::string issue_client(std::string_view request, std::string_view common_name, int days) const;

 private:
  CertificateAuthority(CertifiedKey own, Sources sources);
  CertifiedKey own_;
  Sources sources_;
};

}  // namespace rehome
