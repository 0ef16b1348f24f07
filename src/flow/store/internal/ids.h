// SPDX-License-Identifier: Apache-2.0
#pragma once
// Random 128-bit names of vaults, captures and packs: three types, so that one is never taken for another.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/bytes.h"
#include "base/core/error.h"
#include "base/core/random.h"
#include "model/outcome.h"

namespace rehome::store {

template <typename Tag>
struct Id {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Id&) const = default;
};

using VaultId = Id<struct VaultTag>;
using CaptureId = Id<struct CaptureTag>;
using PackId = Id<struct PackTag>;

constexpr std::size_t kIdSize = 16;

template <typename AnyId>
AnyId make_id(Random& random) {
  AnyId id;
  random.fill(id.bytes);
  return id;
}

template <typename AnyId>
AnyId read_id(ByteReader& in) {
  AnyId id;
  const ByteView bytes = in.bytes(kIdSize);
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

template <typename Tag>
std::string to_hex(const Id<Tag>& id) {
  return rehome::to_hex(id.bytes);
}

/// nullopt unless `digits` are 32 lower-case hexadecimal ones: a blob's name has one spelling only.
template <typename AnyId>
std::optional<AnyId> id_of_hex(std::string_view digits) {
  if (digits.size() != 2 * kIdSize) return std::nullopt;
  if (digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
  const Bytes bytes = from_hex(digits);
  AnyId id;
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

/// What a person or a program named, of something that is called `what` in messages. Throws Error(invalid_argument).
template <typename AnyId>
AnyId id_of_text(const std::string& text, std::string_view what) {
  const auto id = id_of_hex<AnyId>(text);
  if (id) return *id;
  const std::string noun(what);
  throw Error(ErrorCode::invalid_argument,
              "\"" + printable(text) + "\" is no " + noun + " id: one has 32 hexadecimal digits");
}

}  // namespace rehome::store
