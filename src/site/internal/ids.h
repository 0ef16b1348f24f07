// SPDX-License-Identifier: Apache-2.0
#pragma once
// Names of records and secrets that travel, all from the site's random numbers.

#include <string>
#include <string_view>

#include "base/core/random.h"

namespace rehome::site {

/// "c-", and 16 hexadecimal digits.
std::string make_id(Random& random, char kind);
/// 32 hexadecimal digits: a vault, a site.
std::string make_long_id(Random& random);
/// Whether a text from outside is 32 lower-case hexadecimal digits.
bool is_long_id(std::string_view text);

/// 256 bits as 64 hexadecimal digits.
std::string make_token(Random& random);
/// What is kept of a token. It has the entropy of a key, so a plain hash gives nothing away.
std::string hash_of_token(std::string_view token);

}  // namespace rehome::site
