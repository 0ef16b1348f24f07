// SPDX-License-Identifier: Apache-2.0
#pragma once
// Attributes, ACLs and flags in the words in which tar archives keep them. Pure; any thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/bytes.h"

namespace rehome::archive {

/// The attribute of a pax record; nullopt where it is none.
std::optional<std::string> attribute_of_pax(std::string_view key);
/// The same for an ACL in words.
std::optional<std::string> acl_of_pax(std::string_view key);
/// "immutable,nodump" as inode flags; words that mean nothing here are passed over.
std::uint32_t flags_of_words(std::string_view words);

/// The number of an account or group of the image; nullopt where it has none of this name.
struct IdsOfNames {
  std::function<std::optional<std::uint32_t>(std::string_view)> user = {};
  std::function<std::optional<std::uint32_t>(std::string_view)> group = {};
};
/// "user::rw-,user:ann:r--:1000,…", separated by commas or ends of lines, as the kernel keeps it (struct
/// posix_acl_xattr_header: version 2, then tag, permissions and id of each). Numbers in the text count, names are asked
/// for. nullopt where the text makes no sense or a name is not known.
std::optional<Bytes> acl_of_words(std::string_view text, const IdsOfNames& ids);

}  // namespace rehome::archive
