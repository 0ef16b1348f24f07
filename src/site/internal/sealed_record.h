// SPDX-License-Identifier: Apache-2.0
#pragma once
// Secrets in the database: sealed with the site key, each under a key of its own from a random salt, and bound to the
// site and to what it is for, so that a row cannot be put in the place of another.
//
//   hexadecimal: salt (32), sealed secret (its size + 16)

#include <string>
#include <string_view>

#include "base/codec/secret.h"
#include "base/core/random.h"

namespace rehome::site {

/// `purpose` names the record: "vault <id>".
struct SealedRecordPlace {
  std::string_view site;
  std::string purpose = {};
};

std::string seal_record(const Secret& site_key, const SealedRecordPlace& place, ByteView secret, Random& random);
/// Error(wrong_key) where it was sealed with another key or for another place.
Secret open_record(const Secret& site_key, const SealedRecordPlace& place, std::string_view sealed);

}  // namespace rehome::site
