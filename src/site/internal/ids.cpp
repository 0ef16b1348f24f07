// SPDX-License-Identifier: Apache-2.0
#include "site/internal/ids.h"

#include <algorithm>

#include "base/codec/hash.h"
#include "base/core/bytes.h"

namespace rehome::site {

std::string make_id(Random& random, char kind) { return std::string(1, kind) + '-' + random_hex(random, 8); }

std::string make_long_id(Random& random) { return random_hex(random, 16); }

bool is_long_id(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, [](char digit) {
           return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
         });
}

std::string make_token(Random& random) { return random_hex(random, 32); }

std::string hash_of_token(std::string_view token) { return to_hex(sha256(as_bytes(token))); }

}  // namespace rehome::site
