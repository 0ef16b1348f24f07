// SPDX-License-Identifier: Apache-2.0
#include "site/internal/sealed_record.h"

#include <array>

#include "base/codec/derive.h"
#include "base/codec/seal.h"
#include "base/core/bytes.h"
#include "base/core/error.h"

namespace rehome::site {

namespace {

constexpr std::size_t kSaltSize = 32;

std::string associated_data(const SealedRecordPlace& place) {
  return "rehome site record\n" + std::string(place.site) + '\n' + place.purpose;
}

Secret key_of(const Secret& site_key, ByteView salt) {
  return derive_key(site_key, salt, as_bytes("rehome site record"));
}

}  // namespace

std::string seal_record(const Secret& site_key, const SealedRecordPlace& place, ByteView secret, Random& random) {
  std::array<std::uint8_t, kSaltSize> salt{};
  random.fill(salt);
  const std::string associated = associated_data(place);
  return to_hex(salt) + to_hex(Sealer(key_of(site_key, salt)).seal(0, as_bytes(associated), secret));
}

Secret open_record(const Secret& site_key, const SealedRecordPlace& place, std::string_view sealed) {
  try {
    const Bytes bytes = from_hex(sealed);
    ByteReader in(bytes, "a sealed record");
    const ByteView salt = in.bytes(kSaltSize);
    const std::string associated = associated_data(place);
    Bytes plain = Sealer(key_of(site_key, salt)).open(0, as_bytes(associated), in.bytes(in.remaining()));
    Secret secret{ByteView(plain)};
    std::ranges::fill(plain, std::uint8_t{0});
    return secret;
  } catch (const Error& error) {
    throw Error(ErrorCode::wrong_key,
                "the site key does not open the record of the " + place.purpose + ": " + error.message());
  }
}

}  // namespace rehome::site
