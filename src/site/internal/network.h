// SPDX-License-Identifier: Apache-2.0
#pragma once
// IP networks in CIDR form, to find out which migration points are near a computer. IPv4 is kept as the part of IPv6
// that stands for it (RFC 4291, 2.5.5.2), so that an address is compared the same however a socket reported it.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rehome::site {

using Address = std::array<std::uint8_t, 16>;

/// IPv4 in four decimal numbers, or IPv6 (RFC 4291, 2.2) without brackets or zone; nullopt for anything else.
std::optional<Address> parse_address(std::string_view text);

struct Network {
  Address address{};
  int prefix = 0;  // of 128 bits
  bool contains(const Address& other) const;
};

/// "10.1.0.0/16", "2001:db8::/32". Error(invalid_argument) for anything else, also where bits behind the prefix are
/// set.
Network parse_network(std::string_view text);

}  // namespace rehome::site
