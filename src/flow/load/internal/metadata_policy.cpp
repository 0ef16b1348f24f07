// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/metadata_policy.h"

#include <algorithm>

#include "base/machine/posix_acl.h"
#include "flow/load/internal/acl_rewrite.h"

namespace rehome::load {

namespace {

constexpr std::uint32_t kSetuid = 04000;
constexpr std::uint32_t kSetgid = 02000;
constexpr std::uint32_t kGroupBits = 070;
constexpr std::uint32_t kAllModeBits = 07777;

constexpr std::string_view kCompressionProperty = "btrfs.compression";

bool is_power(std::string_view attribute) {
  return attribute.starts_with("security.") || attribute.starts_with("trusted.");
}

const Bytes* find_attribute(const std::vector<ExtendedAttribute>& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &ExtendedAttribute::name);
  return found == attributes.end() ? nullptr : &found->value;
}

/// A label or an attribute that the destination gave a node itself is no difference; an ACL of its own is, because it
/// lets people in, and what gives power: a stored file that is linked in its place still has that.
bool holds_attributes(const std::vector<ExtendedAttribute>& there, const std::vector<ExtendedAttribute>& wanted) {
  const bool has_too_much = std::ranges::any_of(there, [&](const ExtendedAttribute& attribute) {
    const std::string& name = attribute.name;
    const bool counts = name == kAccessAcl || name == kDefaultAcl || (is_power(name) && !is_label(name));
    return counts && find_attribute(wanted, name) == nullptr;
  });
  if (has_too_much) return false;
  return std::ranges::all_of(wanted, [&](const ExtendedAttribute& attribute) {
    const Bytes* value = find_attribute(there, attribute.name);
    return value != nullptr && *value == attribute.value;
  });
}

}  // namespace

Metadata MetadataPolicy::admit(const Object& object, const MachinePath& path) const {
  Metadata admitted = object.metadata;
  admit_owner(object, path, admitted);
  admit_mode(object, path, admitted);
  admitted.attributes.clear();
  for (const ExtendedAttribute& attribute : object.metadata.attributes) {
    admit_attribute(object, attribute, path, admitted);
  }
  return admitted;
}

/// A file of root's or of a service in a home is either one that a trusted program looks for there, or an accident of
/// an administrator's; the restored user gets it in both cases. What was kept from him does not come here
/// (hidden_objects.h).
void MetadataPolicy::admit_owner(const Object& object, const MachinePath& path, Metadata& admitted) const {
  const AccountNumber account = object.location.account;
  admitted.uid = ids_.owner(account, object.metadata.uid);
  admitted.gid = ids_.group(account, object.metadata.gid);
  if (trust_source_) return;
  if (!ids_.may_own(account, admitted.uid)) {
    refuse(object, path, "its owner, the uid " + std::to_string(admitted.uid) + ",");
    admitted.uid = ids_.own_uid(account);
  }
  if (!ids_.may_have_group(account, admitted.gid)) {
    refuse(object, path, "its group, the gid " + std::to_string(admitted.gid) + ",");
    admitted.gid = ids_.own_gid(account);
  }
}

void MetadataPolicy::admit_mode(const Object& object, const MachinePath& path, Metadata& admitted) const {
  admitted.mode &= kAllModeBits;
  if (trust_source_ || object.kind == NodeKind::symlink) return;
  // A folder hands its group down to what is made in it, as shared folders need it.
  const bool may_set_group =
      object.kind == NodeKind::folder && ids_.may_set_group(object.location.account, admitted.gid);
  const std::uint32_t powers = may_set_group ? kSetuid : kSetuid | kSetgid;
  if ((admitted.mode & powers) == 0) return;
  admitted.mode &= ~powers;
  refuse(object, path, "its setuid or setgid bit");
}

void MetadataPolicy::admit_attribute(const Object& object, const ExtendedAttribute& attribute, const MachinePath& path,
                                     Metadata& admitted) const {
  const std::string& name = attribute.name;
  if (name == kAccessAcl || name == kDefaultAcl) {
    admit_acl(object, attribute, path, admitted);
  } else if (is_label(name)) {
    findings_.record_once(name, {FindingKind::hazard, object.location.account, path,
                                 name + " is never restored, here and elsewhere: it belongs to the other computer"});
  } else if (is_power(name)) {
    if (trust_source_) {
      admitted.attributes.push_back(attribute);
    } else {
      refuse(object, path, "its attribute " + printable(name));
    }
  } else if (name.starts_with("user.") || name == kCompressionProperty) {
    admitted.attributes.push_back(attribute);
  } else {
    findings_.record({FindingKind::metadata_lost, object.location.account, path,
                      "its attribute " + printable(name) + " is of no kind that can be restored"});
  }
}

void MetadataPolicy::admit_acl(const Object& object, const ExtendedAttribute& acl, const MachinePath& path,
                               Metadata& admitted) const {
  const auto rewritten = rewrite_acl(
      acl.value, [&](std::uint32_t uid) { return ids_.find_uid(object.location.account, uid); },
      [&](std::uint32_t gid) { return ids_.find_gid(gid); });
  const auto lost = [&](const std::string& message) {
    findings_.record({FindingKind::metadata_lost, object.location.account, path, message});
  };
  if (!rewritten) {
    lost("its ACL was left away: " + rewritten.error());
    // With an ACL the group bits of the mode are its mask: without it they would give the group what only the mask
    // allowed to others.
    if (acl.name == kAccessAcl) admitted.mode &= ~kGroupBits;
    return;
  }
  if (rewritten->dropped > 0)
    lost("its ACL lost " + std::to_string(rewritten->dropped) + " entries for ids unknown here");
  // An access ACL that says no more than the mode is never stored by the kernel.
  if (acl.name == kAccessAcl && !rewritten->says_more) return;
  admitted.attributes.push_back({acl.name, rewritten->value});
}

bool MetadataPolicy::admits_kind(const Object& object, const MachinePath& path) const {
  switch (object.kind) {
    case NodeKind::file:
    case NodeKind::folder:
    case NodeKind::symlink:
    case NodeKind::fifo:
      return true;
    case NodeKind::char_device:
    case NodeKind::block_device:
      if (!trust_source_) refuse(object, path, "this device");
      return trust_source_;
    case NodeKind::socket:
    case NodeKind::unknown:
      break;
  }
  findings_.record({FindingKind::not_supported, object.location.account, path,
                    "a " + std::string(name_of(object.kind)) + " cannot be restored"});
  return false;
}

void MetadataPolicy::refuse(const Object& object, const MachinePath& path, const std::string& what) const {
  findings_.record({FindingKind::refused, object.location.account, path,
                    what + " was left away, because the source is not trusted; keep such with --trust-source"});
}

bool is_same_metadata(NodeKind kind, const Metadata& there, const Metadata& wanted) {
  const bool is_link = kind == NodeKind::symlink;  // its mode and flags do not exist on Linux
  return there.uid == wanted.uid && there.gid == wanted.gid && there.modified == wanted.modified &&
         (is_link || there.mode == wanted.mode) && (is_link || (wanted.flags & ~there.flags) == 0) &&
         holds_attributes(there.attributes, wanted.attributes);
}

}  // namespace rehome::load
