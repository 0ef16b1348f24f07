// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/data_extents.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <unistd.h>

#include "base/core/error.h"
#include "base/core/platform/fd.h"

namespace rehome::linux_files {

std::vector<Extent> find_data_extents(int fd, const NodeInfo& info, std::string_view path, std::size_t most) {
  if (info.size == 0) return {};
  if (info.allocated >= info.size) return {{.offset = 0, .length = info.size}};
  std::vector<Extent> extents;
  const auto end = static_cast<off_t>(info.size);
  for (off_t at = 0; at < end;) {
    const off_t data = ::lseek(fd, at, SEEK_DATA);
    if (data == -1 && errno == ENXIO) break;  // a hole up to the end
    if (data == -1 && errno == EINVAL) return {{.offset = 0, .length = info.size}};
    platform::checked(data, [&] { return "find the data of " + std::string(path); });
    if (data >= end) break;  // it has grown meanwhile
    const bool is_last = extents.size() + 1 == most;
    const off_t hole = is_last ? end : ::lseek(fd, data, SEEK_HOLE);
    if (hole == -1 && errno == ENXIO) break;  // it has shrunk meanwhile
    platform::checked(hole, [&] { return "find the holes of " + std::string(path); });
    at = std::min(hole, end);
    extents.push_back({.offset = static_cast<std::uint64_t>(data), .length = static_cast<std::uint64_t>(at - data)});
  }
  return extents;
}

}  // namespace rehome::linux_files
