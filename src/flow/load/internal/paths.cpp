// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/paths.h"

#include "base/core/error.h"

namespace rehome::load {

bool lies_in(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string beneath(std::string_view path, std::string_view folder) {
  path.remove_prefix(folder == "/" ? 0 : folder.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path);
}

std::string join(std::string_view folder, std::string_view rest) {
  std::string path(folder);
  if (rest.empty()) return path;
  if (!path.empty() && !path.ends_with('/')) path += '/';
  return path += rest;
}

std::string parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string name_of_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

bool is_plain_path(std::string_view path) {
  if (!path.starts_with('/')) return false;
  for (std::string_view left = path.substr(1);;) {
    const std::size_t slash = left.find('/');
    const std::string_view component = left.substr(0, slash);
    if (component.empty() || component == "." || component == ".." || component.contains('\0')) return path == "/";
    if (slash == std::string_view::npos) return true;
    left.remove_prefix(slash + 1);
  }
}

bool exists(FileTree& files, const MachinePath& path) {
  if (path == "/") return true;
  try {
    files.open(parent_of(path))->inspect(name_of_path(path));
    return true;
  } catch (const Error& error) {
    return error.code() != ErrorCode::not_found;
  }
}

}  // namespace rehome::load
