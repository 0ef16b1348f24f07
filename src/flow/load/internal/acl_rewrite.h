// SPDX-License-Identifier: Apache-2.0
#pragma once
// The ids in a POSIX ACL, changed to those of the destination. Pure; the input is hostile.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "base/core/bytes.h"

namespace rehome::load {

/// nullopt: nobody here may stand for this id; its entry is dropped.
using IdLookup = std::function<std::optional<std::uint32_t>(std::uint32_t)>;

struct RewrittenAcl {
  Bytes value;              // as the kernel takes it, entries sorted
  bool says_more = false;   // than the permission bits do: it has a mask or named entries
  std::size_t dropped = 0;  // entries
};

/// `value` as decode_acl() takes it. The error says what is wrong with it.
std::expected<RewrittenAcl, std::string> rewrite_acl(ByteView value, const IdLookup& uid, const IdLookup& gid);

}  // namespace rehome::load
