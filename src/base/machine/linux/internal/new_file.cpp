// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/new_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/naming.h"
#include "base/machine/linux/internal/node_ref.h"

namespace rehome::linux_files {

using platform::checked;
using platform::retry_interrupted;
using platform::UniqueFd;

namespace {
constexpr mode_t kPrivate = 0600;
constexpr int kCreateFlags = O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC;
constexpr int kMostAttempts = 16;  // random names that are all taken do not happen by chance
}  // namespace

NewFile::NewFile(std::shared_ptr<const UniqueFd> folder, const MachinePath& path, Before before)
    : folder_(std::move(folder)) {
  if (before == Before::no_name_if_possible && open_without_name()) return;
  open_with_temporary_name(path);
}

NewFile::~NewFile() {
  if (!temporary_.empty()) ::unlinkat(folder_->get(), temporary_.c_str(), 0);
}

/// False where the volume has no such files; anything else that is wrong comes up again with a temporary name.
bool NewFile::open_without_name() {
  fd_ = UniqueFd(
      retry_interrupted([&] { return ::openat(folder_->get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, kPrivate); }));
  return static_cast<bool>(fd_);
}

void NewFile::open_with_temporary_name(const MachinePath& path) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const Name name = random_temporary_name();
    const int fd = retry_interrupted([&] { return ::openat(folder_->get(), name.c_str(), kCreateFlags, kPrivate); });
    if (fd != -1) {
      fd_ = UniqueFd(fd);
      temporary_ = name.text();
      return;
    }
    if (errno != EEXIST) break;
  }
  checked(-1, [&] { return "create " + path; });
}

int NewFile::give_name(const Name& name) {
  if (temporary_.empty()) return link_to(name.c_str());
  const int error = move_without_replacing({folder_->get(), temporary_.c_str()}, {folder_->get(), name.c_str()});
  if (error == 0) temporary_.clear();
  return error;
}

int NewFile::give_name_replacing(const Name& name) {
  if (temporary_.empty()) {
    const int error = link_to(name.c_str());
    if (error != EEXIST) return error;
    struct statx there{};
    if (status_at(folder_->get(), name.c_str(), there) == 0 && S_ISDIR(there.stx_mode)) return EISDIR;
    if (const int failure = give_temporary_name()) return failure;
  }
  if (::renameat(folder_->get(), temporary_.c_str(), folder_->get(), name.c_str()) != 0) return errno;
  temporary_.clear();
  return 0;
}

int NewFile::give_temporary_name() {
  int error = EEXIST;
  for (int attempt = 0; attempt < kMostAttempts && error == EEXIST; ++attempt) {
    const Name name = random_temporary_name();
    error = link_to(name.c_str());
    if (error == 0) temporary_ = name.text();
  }
  return error;
}

int NewFile::link_to(const char* name) const {
  if (::linkat(fd_.get(), "", folder_->get(), name, AT_EMPTY_PATH) == 0) return 0;
  if (errno != ENOENT && errno != EPERM) return errno;
  // The direct way is for root; /proc leads everybody to what he has open.
  const std::string place = path_in_proc(fd_.get());
  return ::linkat(AT_FDCWD, place.c_str(), folder_->get(), name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

}  // namespace rehome::linux_files
