// SPDX-License-Identifier: Apache-2.0
#include "site/internal/ids.h"

#include <algorithm>
#include <array>

#include "base/codec/hash.h"
#include "base/core/bytes.h"

namespace rehome::site {

namespace {

template <std::size_t size>
std::string random_hex(Random& random) {
  std::array<std::uint8_t, size> bytes{};
  random.fill(bytes);
  return to_hex(bytes);
}

}  // namespace

std::string make_id(Random& random, char kind) { return std::string(1, kind) + '-' + random_hex<8>(random); }

std::string make_long_id(Random& random) { return random_hex<16>(random); }

bool is_long_id(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, [](char digit) {
           return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
         });
}

std::string make_token(Random& random) { return random_hex<32>(random); }

std::string hash_of_token(std::string_view token) { return to_hex(sha256(as_bytes(token))); }

}  // namespace rehome::site
