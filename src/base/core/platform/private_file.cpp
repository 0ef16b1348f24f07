// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/core/platform/fd.h"

namespace rehome::platform {

namespace {

constexpr mode_t kOwnerOnly = 0600;

void take_from_others(const std::string& path) {
  struct stat status{};
  checked(::stat(path.c_str(), &status), [&] { return "look at " + path; });
  if ((status.st_mode & 077) == 0) return;
  checked(::chmod(path.c_str(), status.st_mode & 0700), [&] { return "take " + path + " from others"; });
}

}  // namespace

void make_private_file(const std::string& path) {
  const UniqueFd made(
      retry_interrupted([&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly); }));
  if (made) return;
  if (errno == EEXIST) return take_from_others(path);
  checked(-1, [&] { return "make " + path; });
}

}  // namespace rehome::platform
