// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/attributes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <sys/xattr.h>

#include "base/core/error.h"

namespace rehome::linux_files {

namespace {

constexpr std::size_t kUsualSize = 4096;
constexpr std::size_t kLargestSize = 65536;  // XATTR_LIST_MAX and XATTR_SIZE_MAX of the kernel

// fgetxattr() and its kin refuse O_PATH descriptors; the same through /proc is refused nothing.
ssize_t list_into(const NodeRef& node, std::span<char> out) {
  if (!node.only_path) return ::flistxattr(node.fd, out.data(), out.size());
  return ::listxattr(path_in_proc(node.fd).c_str(), out.data(), out.size());
}

ssize_t get_into(const NodeRef& node, const std::string& name, std::span<std::uint8_t> out) {
  if (!node.only_path) return ::fgetxattr(node.fd, name.c_str(), out.data(), out.size());
  return ::getxattr(path_in_proc(node.fd).c_str(), name.c_str(), out.data(), out.size());
}

/// XFS shows root its ACLs a second time, in a form that means nothing to any other volume.
bool is_duplicate(std::string_view name) { return name == "trusted.SGI_ACL_FILE" || name == "trusted.SGI_ACL_DEFAULT"; }

std::vector<std::string> split_names(std::span<const char> list) {
  std::vector<std::string> names;
  for (auto begin = list.begin(); begin != list.end();) {
    const auto end = std::find(begin, list.end(), '\0');
    if (const std::string_view name(begin, end); !is_duplicate(name)) names.emplace_back(name);
    begin = end == list.end() ? end : end + 1;
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::vector<std::string> list_attributes(const NodeRef& node) {
  std::array<char, kUsualSize> usual;  // the kernel fills it
  ssize_t size = list_into(node, usual);
  if (size >= 0) return split_names(std::span(usual).first(static_cast<std::size_t>(size)));
  if (errno == EOPNOTSUPP) return {};
  std::vector<char> large;
  if (errno == ERANGE) {
    large.resize(kLargestSize);
    size = list_into(node, large);
  }
  platform::checked(size, [&] { return "list the extended attributes of " + std::string(node.path); });
  return split_names(std::span(large).first(static_cast<std::size_t>(size)));
}

std::optional<Bytes> get_attribute(const NodeRef& node, const std::string& name) {
  std::array<std::uint8_t, kUsualSize> usual;  // the kernel fills it
  ssize_t size = get_into(node, name, usual);
  if (size >= 0) return Bytes(usual.begin(), usual.begin() + size);
  Bytes large;
  if (errno == ERANGE) {
    large.resize(kLargestSize);
    size = get_into(node, name, large);
  }
  if (size == -1 && errno == ENODATA) return std::nullopt;
  platform::checked(size, [&] { return "read the extended attribute " + name + " of " + std::string(node.path); });
  large.resize(static_cast<std::size_t>(size));
  return large;
}

int set_attribute(const NodeRef& node, const ExtendedAttribute& attribute) {
  const char* name = attribute.name.c_str();
  const Bytes& value = attribute.value;
  const int result = node.only_path ? ::setxattr(path_in_proc(node.fd).c_str(), name, value.data(), value.size(), 0)
                                    : ::fsetxattr(node.fd, name, value.data(), value.size(), 0);
  return result == 0 ? 0 : errno;
}

int remove_attribute(const NodeRef& node, const char* name) {
  const int result =
      node.only_path ? ::removexattr(path_in_proc(node.fd).c_str(), name) : ::fremovexattr(node.fd, name);
  return result == 0 ? 0 : errno;
}

void read_all_attributes(const NodeRef& node, Metadata& metadata) {
  metadata.attributes.clear();
  for (const std::string& name : list_attributes(node)) {
    if (auto value = get_attribute(node, name)) metadata.attributes.push_back({name, std::move(*value)});
  }
}

}  // namespace rehome::linux_files
