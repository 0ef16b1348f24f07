// SPDX-License-Identifier: Apache-2.0
#include "site/internal/network.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "base/core/error.h"

namespace rehome::site {

namespace {

constexpr Address kIpv4Start = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
constexpr int kIpv4Prefix = 96;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::optional<unsigned> parse_number(std::string_view text, int base, unsigned most) {
  unsigned value = 0;
  const auto result = std::from_chars(text.begin(), text.end(), value, base);
  if (result.ec != std::errc() || result.ptr != text.end() || value > most) return std::nullopt;
  return value;
}

std::optional<Address> parse_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  Address address = kIpv4Start;
  for (std::size_t at = 0; at < 4; ++at) {
    const auto number = parts[at].size() > 3 ? std::nullopt : parse_number(parts[at], 10, 255);
    if (!number) return std::nullopt;
    address[12 + at] = static_cast<std::uint8_t>(*number);
  }
  return address;
}

/// The groups on one side of "::", as bytes.
std::optional<std::vector<std::uint8_t>> parse_groups(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  if (text.empty()) return bytes;
  for (const std::string_view group : split(text, ':')) {
    if (group.find('.') != std::string_view::npos) {
      const auto tail = parse_ipv4(group);
      if (!tail || group.end() != text.end()) return std::nullopt;
      bytes.insert(bytes.end(), tail->begin() + 12, tail->end());
      continue;
    }
    const auto number = group.size() > 4 ? std::nullopt : parse_number(group, 16, 0xffff);
    if (!number) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*number >> 8));
    bytes.push_back(static_cast<std::uint8_t>(*number & 0xff));
  }
  return bytes;
}

std::optional<Address> parse_ipv6(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap != std::string_view::npos && text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
  const auto head = parse_groups(text.substr(0, gap));
  const auto tail = gap == std::string_view::npos ? std::vector<std::uint8_t>() : parse_groups(text.substr(gap + 2));
  if (!head || !tail) return std::nullopt;
  Address address{};
  const std::size_t known = head->size() + tail->size();
  if (gap == std::string_view::npos ? known != address.size() : known > address.size() - 2) return std::nullopt;
  std::ranges::copy(*head, address.begin());
  std::ranges::copy_backward(*tail, address.end());
  return address;
}

bool same_bits(const Address& a, const Address& b, int from, int to) {
  for (int bit = from; bit < to; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    if (((a[at] ^ b[at]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  return text.find(':') == std::string_view::npos ? parse_ipv4(text) : parse_ipv6(text);
}

bool Network::contains(const Address& other) const { return same_bits(address, other, 0, prefix); }

Network parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  const bool is_ipv6 = text.substr(0, slash).find(':') != std::string_view::npos;
  const unsigned most = is_ipv6 ? 128 : 32;
  const auto length = slash == std::string_view::npos ? std::nullopt : parse_number(text.substr(slash + 1), 10, most);
  if (!address || !length) {
    throw Error(ErrorCode::invalid_argument,
                "a network is written as 10.1.0.0/16 or 2001:db8::/32, not \"" + std::string(text) + '"');
  }
  const Network network{*address, static_cast<int>(*length) + (is_ipv6 ? 0 : kIpv4Prefix)};
  if (!same_bits(network.address, Address{}, network.prefix, 128)) {
    throw Error(ErrorCode::invalid_argument,
                "the network " + std::string(text) + " has bits set behind its prefix: give its first address");
  }
  return network;
}

}  // namespace rehome::site
