// SPDX-License-Identifier: Apache-2.0
#include "base/boot/internal/tree_remover.h"

#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <memory>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/core/error.h"

namespace rehome::boot {

namespace {

using platform::checked;
using platform::UniqueFd;

constexpr std::size_t kNamesAtOnce = 4096;  // a folder of millions is taken in parts
/// What lies deeper is moved to the top: the number of folders that are open has a limit, the depth of a tree has none.
constexpr int kDeepest = 32;
constexpr const char* kNameOfRoot = "…";  // for messages

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

int open_beneath(int parent, const std::string& name) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NOATIME;
  how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
  return static_cast<int>(::syscall(SYS_openat2, parent, name.c_str(), &how, sizeof how));
}

[[noreturn]] void refuse_other_volume(const std::string& path) {
  throw Error(ErrorCode::refused, path +
                                      " is another volume or subvolume, which a wipe does not enter; unmount it, or "
                                      "remove it by hand");
}

struct stat status_of(int fd, const std::string& path) {
  struct stat status{};
  checked(::fstat(fd, &status), [&] { return "look at " + path; });
  return status;
}

void clear_flags(int fd) {
  int flags = 0;
  constexpr int kInTheWay = FS_IMMUTABLE_FL | FS_APPEND_FL;
  if (::ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0 || (flags & kInTheWay) == 0) return;
  flags &= ~kInTheWay;
  ::ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

/// Only files and folders have any that can be taken away, and only these may be opened: others wake a device.
void clear_flags_of(int folder, const std::string& name) {
  struct stat status{};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return;
  const UniqueFd fd(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (fd) clear_flags(fd.get());
}

}  // namespace

platform::UniqueFd open_own_folder(int parent, const std::string& name, const std::string& path) {
  UniqueFd folder(platform::retry_interrupted([&] { return open_beneath(parent, name); }));
  if (!folder && errno == EXDEV) refuse_other_volume(path);
  checked(folder.get(), [&] { return "open " + path; });
  if (status_of(folder.get(), path).st_dev != status_of(parent, path).st_dev) refuse_other_volume(path);
  return folder;
}

std::vector<std::string> names_in(int folder, std::size_t most) {
  UniqueFd again(checked(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOATIME),
                         [] { return std::string("list a folder"); }));
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(again.get()));
  if (!directory) throw system_error(errno, "list a folder");
  again.release();
  std::vector<std::string> names;
  errno = 0;
  while (names.size() < most) {
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  if (names.size() < most && errno != 0) throw system_error(errno, "list a folder");
  return names;
}

void do_without_flags(int folder, const std::string& name, const std::string& path, const std::function<int()>& call) {
  if (call() != -1) return;
  if (errno == EPERM || errno == EACCES) {
    clear_flags(folder);
    clear_flags_of(folder, name);
    if (call() != -1) return;
  }
  throw system_error(errno, "remove " + path);
}

void TreeRemover::run() { empty(root_, kNameOfRoot, 0); }

void TreeRemover::empty(int folder, const std::string& path, int depth) {
  for (;;) {
    const std::vector<std::string> names = names_in(folder, kNamesAtOnce);
    if (names.empty()) return;
    for (const std::string& name : names) remove(folder, name, std::string(path).append("/").append(name), depth);
  }
}

void TreeRemover::remove(int folder, const std::string& name, const std::string& path, int depth) {
  if (cancelled_ && cancelled_()) throw Error(ErrorCode::cancelled, "the wipe was stopped; run it again to go on");
  bool is_folder = false;
  do_without_flags(folder, name, path, [&] {
    const int result = ::unlinkat(folder, name.c_str(), 0);
    is_folder = result == -1 && errno == EISDIR;
    return is_folder ? 0 : result;
  });
  if (!is_folder) return count();
  if (depth >= kDeepest) return move_to_top(folder, name, path);
  {
    const UniqueFd child = open_own_folder(folder, name, path);
    empty(child.get(), path, depth + 1);
  }
  do_without_flags(folder, name, path, [&] { return ::unlinkat(folder, name.c_str(), AT_REMOVEDIR); });
  count();
}

void TreeRemover::move_to_top(int folder, const std::string& name, const std::string& path) {
  open_own_folder(folder, name, path);
  do_without_flags(folder, name, path, [&] {
    int result = 0;
    do {
      const std::string target = "deep-" + std::to_string(++moved_);
      result = ::renameat2(folder, name.c_str(), root_, target.c_str(), RENAME_NOREPLACE);
    } while (result == -1 && errno == EEXIST);
    return result;
  });
}

void TreeRemover::count() {
  constexpr std::uint64_t kSeldom = 256;
  if (++removed_ % kSeldom == 0 && on_progress_) on_progress_(removed_);
}

}  // namespace rehome::boot
