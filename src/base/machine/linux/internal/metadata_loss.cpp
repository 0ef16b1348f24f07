// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/metadata_loss.h"

#include <cerrno>
#include <system_error>

#include "base/machine/linux/internal/volume_type.h"

namespace rehome::linux_files {

namespace {

bool says_unsupported(int errno_value) {
  return errno_value == EOPNOTSUPP || errno_value == ENOTTY || errno_value == ENOSYS;
}

}  // namespace

bool is_refusal(int errno_value) {
  switch (errno_value) {
    case EPERM:
    case EACCES:
    case EINVAL:  // also: an id that has no meaning in this user namespace
    case ENOSPC:  // extended attributes have a small room of their own
    case EDQUOT:
    case E2BIG:
    case ERANGE:
      return true;
    default:
      return says_unsupported(errno_value);
  }
}

std::string describe_loss(std::string_view item, int errno_value, const NodeRef& node) {
  const std::string cause = says_unsupported(errno_value) ? "not supported by " + type_of_volume(node.fd)
                                                          : std::generic_category().message(errno_value);
  return std::string(item) + ": " + cause;
}

}  // namespace rehome::linux_files
