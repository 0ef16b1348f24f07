// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/naming.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/bytes.h"
#include "base/core/platform/fd.h"
#include "base/machine/file_tree.h"

namespace rehome::linux_files {

namespace {

bool is_folder(NameInFolder place) {
  struct stat node{};
  return ::fstatat(place.folder, place.name, &node, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(node.st_mode);
}

/// All that it could replace after this look is an empty folder.
int move_folder(NameInFolder from, NameInFolder to) {
  struct stat there{};
  if (::fstatat(to.folder, to.name, &there, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  if (errno != ENOENT) return errno;
  return ::renameat(from.folder, from.name, to.folder, to.name) == 0 ? 0 : errno;
}

}  // namespace

int move_without_replacing(NameInFolder from, NameInFolder to) {
  if (::renameat2(from.folder, from.name, to.folder, to.name, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (is_folder(from)) return move_folder(from, to);
  if (::linkat(from.folder, from.name, to.folder, to.name, 0) != 0) return errno == EEXIST ? EEXIST : EINVAL;
  return ::unlinkat(from.folder, from.name, 0) == 0 ? 0 : errno;
}

Name random_temporary_name() {
  std::array<std::uint8_t, 8> bytes{};
  platform::checked(platform::retry_interrupted([&] { return ::getrandom(bytes.data(), bytes.size(), 0); }),
                    [] { return "get random bytes"; });
  return Name(std::string(kTemporaryPrefix) + to_hex(bytes));
}

}  // namespace rehome::linux_files
