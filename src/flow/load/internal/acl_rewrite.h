// SPDX-License-Identifier: Apache-2.0
#pragma once
// The ids in a POSIX ACL, changed to those of the destination. Pure; the input is hostile.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/bytes.h"

namespace rehome::load {

constexpr std::string_view kAccessAcl = "system.posix_acl_access";
constexpr std::string_view kDefaultAcl = "system.posix_acl_default";

/// nullopt: nobody here may stand for this id; its entry is dropped.
using IdLookup = std::function<std::optional<std::uint32_t>(std::uint32_t)>;

struct RewrittenAcl {
  Bytes value;              // as the kernel takes it, entries sorted
  bool says_more = false;   // than the permission bits do: it has a mask or named entries
  std::size_t dropped = 0;  // entries
};

/// `value` is the extended attribute's form (include/uapi/linux/posix_acl_xattr.h): u32 version 2, then entries of
/// u16 tag, u16 permissions, u32 id, little-endian. The error says what is wrong with it.
std::expected<RewrittenAcl, std::string> rewrite_acl(ByteView value, const IdLookup& uid, const IdLookup& gid);

}  // namespace rehome::load
