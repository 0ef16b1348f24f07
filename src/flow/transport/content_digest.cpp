// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/content_digest.h"

#include <algorithm>

#include "base/codec/base64.h"

namespace rehome::transport {
namespace {

constexpr std::string_view kAlgorithm = "sha-256=:";
constexpr std::size_t kTextLength = 44;  // of 32 bytes in Base64

}  // namespace

std::string content_digest(const Digest& digest) { return std::string(kAlgorithm) + to_base64(digest) + ":"; }

std::optional<Digest> parse_content_digest(std::string_view field) {
  const std::size_t start = field.find(kAlgorithm);
  if (start == std::string_view::npos) return std::nullopt;
  field.remove_prefix(start + kAlgorithm.size());
  if (field.size() <= kTextLength || field[kTextLength] != ':') return std::nullopt;
  const std::optional<Secret> bytes = from_base64(field.substr(0, kTextLength));
  Digest digest{};
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::ranges::copy(bytes->view(), digest.begin());
  return digest;
}

}  // namespace rehome::transport
