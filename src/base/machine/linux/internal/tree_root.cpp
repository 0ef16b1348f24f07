// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/tree_root.h"

#include <cerrno>
#include <fcntl.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/path_walk.h"

namespace rehome::linux_files {

using platform::checked;

TreeRoot::TreeRoot(const std::string& path)
    : fd_(checked(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), [&] { return "open " + path; })) {}

TreeRoot::Place TreeRoot::find_folder(const MachinePath& path) const {
  PathWalk walk(fd_.get());
  const int error = walk.go(path, false);
  if (error != 0) throw system_error(error, "open " + path);
  Place place{.folder = walk.take_folder(), .path = walk.path()};
  checked(place.folder.get(), [&] { return "open " + path; });
  return place;
}

MachinePath TreeRoot::canonical(const MachinePath& path) const {
  PathWalk walk(fd_.get());
  switch (const int error = walk.go(path, true)) {
    case EINVAL:
      return path;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      throw system_error(error, "resolve " + path);
    default:
      return walk.path();
  }
}

}  // namespace rehome::linux_files
