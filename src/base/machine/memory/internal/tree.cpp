// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/internal/tree.h"

#include <cerrno>

namespace rehome::memory {

namespace {
constexpr std::size_t kLongestName = 255;  // bytes, as on every common volume
}

void check_name(std::string_view name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos ||
      name.find('\0') != std::string_view::npos) {
    throw Error(ErrorCode::invalid_argument, "\"" + std::string(name) + "\" is not the name of a file or folder");
  }
  if (name.size() > kLongestName) throw system_error(ENAMETOOLONG, "use " + std::string(name));
}

MachinePath join(const MachinePath& folder, std::string_view name) {
  MachinePath path = folder;
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

Error failure(int errno_value, Operation operation, const MachinePath& path) {
  return system_error(errno_value, std::string(name_of(operation)) + " " + path);
}

}  // namespace rehome::memory
