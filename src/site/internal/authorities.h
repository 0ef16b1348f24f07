// SPDX-License-Identifier: Apache-2.0
#pragma once
// The site's certificate authorities inside a transaction.

#include <cstdint>
#include <string>

#include "base/codec/certificate_authority.h"
#include "base/database/database.h"
#include "site/site.h"

namespace rehome::site {

void add_authority(const Site& site, Transaction& transaction);

struct NumberedAuthority {
  std::int64_t number = 0;
  CertificateAuthority authority;
};
NumberedAuthority newest_authority(const Site& site, Transaction& transaction);
/// Trust bundle with all of them, the newest first.
std::string authority_bundle(Transaction& transaction);

}  // namespace rehome::site
