// SPDX-License-Identifier: Apache-2.0
#pragma once
// X.509 certificates as everybody but the authority sees them: what one says, whether a site's authority vouches for
// it, and an agent's own key with the request to certify it. In: PEM text, hostile whoever it came from. Out: plain
// values. Issuing is in certificate_authority.h. Any thread may call.
//
// A trust bundle is PEM text with the certificates of one or several authorities: while a site changes its authority,
// the old and the new one are both in it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/secret.h"
#include "base/core/clock.h"

namespace rehome {

/// PEM text that is larger throws Error(limit_exceeded); other text that is not what it should be throws
/// Error(invalid_argument).
constexpr std::size_t kLargestPem = std::size_t{128} * 1024;
constexpr std::size_t kMostCertificatesInBundle = 16;

/// What a certificate says about itself. Nothing of it is proven before reason_not_trusted() found nothing.
struct CertificateInfo {
  std::string fingerprint;  // see certificate_fingerprint()
  std::string serial;       // lower-case hexadecimal digits
  std::string common_name;  // of the subject, in UTF-8; empty where it has none
  Timestamp not_before;
  Timestamp expires;  // the last second in which it is good
};

/// Of the one certificate in `pem`; text around it is passed over.
CertificateInfo inspect_certificate(std::string_view pem);

/// SHA-256 of the DER form of the one certificate in `pem`, as 64 lower-case hexadecimal digits.
std::string certificate_fingerprint(std::string_view pem);

/// What people type ("AB:CD:…", as other programs print it) as certificate_fingerprint() gives it.
std::string plain_fingerprint(std::string_view text);

/// Every certificate of a bundle as PEM text of its own, in order; at least one.
std::vector<std::string> split_trust_bundle(std::string_view bundle);

enum class CertificateUse { server, client };

/// Why the one certificate in `pem` must not be trusted for `use` at that moment, as one sentence without a final stop;
/// nullopt where an authority in `bundle` signed it, both are in their time, and it was made for this use.
std::optional<std::string> reason_not_trusted(std::string_view pem, std::string_view bundle, CertificateUse use,
                                              Timestamp moment);

/// An agent's new private key (EC P-256, PEM) and the request (PKCS #10, PEM) that proves to hold it.
struct CertificateRequest {
  Secret private_key;
  std::string request;
};

/// `common_name`: 1 to 64 characters. It is only a wish: the authority chooses the name.
CertificateRequest make_certificate_request(std::string_view common_name);

}  // namespace rehome
