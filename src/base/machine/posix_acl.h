// SPDX-License-Identifier: Apache-2.0
#pragma once
// POSIX ACLs as extended attributes keep them (include/uapi/linux/posix_acl_xattr.h): u32 version 2, then entries of
// u16 tag, u16 permissions, u32 id, little-endian. In and out: these bytes, hostile where they are read. Pure; any
// thread.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"

namespace rehome {

constexpr std::string_view kAccessAcl = "system.posix_acl_access";
constexpr std::string_view kDefaultAcl = "system.posix_acl_default";

constexpr std::uint32_t kNoAclId = 0xFFFF'FFFF;

enum class AclTag : std::uint16_t {
  owner = 0x01,
  user = 0x02,
  owning_group = 0x04,
  group = 0x08,
  mask = 0x10,
  other = 0x20
};

struct AclEntry {
  AclTag tag = AclTag::other;
  std::uint16_t permissions = 0;  // 4 to read, 2 to write, 1 to run
  std::uint32_t id = kNoAclId;    // of a named user or group
  bool is_named() const { return tag == AclTag::user || tag == AclTag::group; }
};

/// The error says what is wrong with it: what the kernel would not take, but for the order of the entries.
std::expected<std::vector<AclEntry>, std::string> decode_acl(ByteView value);
/// In the order that the kernel wants.
Bytes encode_acl(std::vector<AclEntry> entries);

}  // namespace rehome
