// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/name.h"

#include "base/core/error.h"

namespace rehome::linux_files {

namespace {
constexpr std::string_view kForbidden("/\0", 2);
}

Name::Name(std::string_view text) : text_(text) {
  if (text.empty() || text == "." || text == ".." || text.find_first_of(kForbidden) != std::string_view::npos) {
    throw Error(ErrorCode::invalid_argument, "'" + text_ + "' cannot be the name of a file");
  }
}

std::string join(std::string_view folder_path, std::string_view name) {
  std::string path;
  path.reserve(folder_path.size() + 1 + name.size());
  path += folder_path;
  if (!path.ends_with('/')) path += '/';
  path += name;
  return path;
}

}  // namespace rehome::linux_files
