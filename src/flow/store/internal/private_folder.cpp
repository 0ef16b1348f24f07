// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/private_folder.h"

#include <cstdint>
#include <string>

#include "base/core/error.h"
#include "base/machine/existing_node.h"
#include "model/outcome.h"

namespace rehome::store {

namespace {

constexpr std::uint32_t kPrivateMode = 0700;
constexpr std::uint32_t kPermissions = 07777;

std::string in_octal(std::uint32_t mode) {
  std::string digits = "0000";
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, mode >>= 3) {
    *digit = static_cast<char>('0' + (mode & 7));
  }
  return digits;
}

bool is_private(const Metadata& metadata) {
  return metadata.uid == 0 && metadata.gid == 0 && (metadata.mode & kPermissions) == kPrivateMode;
}

/// A parent with a setgid bit or an inherited ACL gives new folders another group or mode.
void make_root_s_alone(WritableFolder& folder) {
  Metadata metadata = folder.inspect_self().metadata;
  if (is_private(metadata)) return;
  metadata.uid = metadata.gid = 0;
  metadata.mode = kPrivateMode;
  folder.set_own_metadata(metadata);
}

}  // namespace

void check_private_folder(Folder& folder, const MachinePath& path) {
  const Metadata found = folder.inspect_self().metadata;
  if (is_private(found)) return;
  throw Error(ErrorCode::refused, "the store folder " + printable(path) + " belongs to " + std::to_string(found.uid) +
                                      ":" + std::to_string(found.gid) + " with mode " +
                                      in_octal(found.mode & kPermissions) +
                                      " but must be root's alone (0:0, mode 0700): find out who could enter it, then "
                                      "set it right");
}

std::unique_ptr<WritableFolder> open_private_folder(WritableFolder& parent, std::string_view name,
                                                    const MachinePath& path) {
  const std::optional<NodeInfo> node = existing_node(parent, name);
  if (!node) return nullptr;
  if (node->kind != NodeKind::folder) {
    throw Error(ErrorCode::refused, printable(path) + " is a " + std::string(name_of(node->kind)) +
                                        " where the store has a folder: find out who put it there, then remove it");
  }
  auto folder = parent.open_folder_for_writing(name);
  check_private_folder(*folder, path);
  return folder;
}

std::unique_ptr<WritableFolder> make_private_folder(WritableFolder& parent, std::string_view name,
                                                    const MachinePath& path) {
  if (auto there = open_private_folder(parent, name, path)) return there;
  parent.create_folder(name);
  make_root_s_alone(*parent.open_folder_for_writing(name));
  parent.sync();
  return open_private_folder(parent, name, path);
}

}  // namespace rehome::store
