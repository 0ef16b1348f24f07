// SPDX-License-Identifier: Apache-2.0
#include "base/boot/wipe.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/boot/internal/tree_remover.h"
#include "base/core/error.h"
#include "base/core/platform/fd.h"

namespace rehome::boot {

namespace {

using platform::checked;
using platform::UniqueFd;

constexpr mode_t kPrivate = 0700;
constexpr std::size_t kMostTopEntries = 100'000;

struct Volume {
  MachinePath path;
  UniqueFd top;
  UniqueFd safe;  // the protected folder

  std::string path_of(const std::string& name) const { return (path == "/" ? "" : path) + "/" + name; }
};

struct stat status_at(int folder, const std::string& name, const std::string& path) {
  struct stat status{};
  checked(::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW), [&] { return "look at " + path; });
  return status;
}

void check_private(int folder, const std::string& path) {
  const struct stat status = status_at(folder, ".", path);
  if (status.st_uid == 0 && status.st_gid == 0 && (status.st_mode & 07777) == kPrivate) return;
  throw Error(ErrorCode::refused, path +
                                      " is not root's alone (root:root, mode 0700), so others could have changed what "
                                      "is protected there");
}

Volume open_volume(const MachinePath& folder, const WipeOptions& options) {
  Volume volume{.path = folder, .top = {}, .safe = {}};
  volume.top = UniqueFd(checked(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                                [&] { return "open " + folder; }));
  const std::string path = volume.path_of(options.protected_name);
  volume.safe = open_own_folder(volume.top.get(), options.protected_name, path);
  check_private(volume.safe.get(), path);
  return volume;
}

std::vector<TopEntry> list_top(const Volume& volume, const WipeOptions& options) {
  const dev_t device = status_at(volume.top.get(), ".", volume.path).st_dev;
  std::vector<TopEntry> entries;
  for (const std::string& name : names_in(volume.top.get(), kMostTopEntries)) {
    if (name == options.protected_name) continue;
    const std::string path = volume.path_of(name);
    const struct stat status = status_at(volume.top.get(), name, path);
    if (S_ISDIR(status.st_mode)) open_own_folder(volume.top.get(), name, path);
    if (status.st_dev != device) throw Error(ErrorCode::refused, path + " is on another volume; unmount it");
    entries.push_back({.name = name, .inode = status.st_ino});
  }
  if (entries.size() >= kMostTopEntries) {
    throw Error(ErrorCode::limit_exceeded, volume.path + " has more names at its top than any system");
  }
  return entries;
}

void refuse_strangers(const Volume& volume, const std::vector<TopEntry>& entries, const WipeOptions& options) {
  for (const TopEntry& found : list_top(volume, options)) {
    if (std::ranges::find(entries, found) != entries.end()) continue;
    throw Error(ErrorCode::refused, volume.path_of(found.name) +
                                        " came to the volume after the wipe had begun; look what it is, and check the "
                                        "volume anew with `rehome volume check`");
  }
}

UniqueFd open_wiped_folder(const Volume& volume, const WipeOptions& options) {
  if (::mkdirat(volume.safe.get(), kWipedFolder, kPrivate) == -1 && errno != EEXIST) {
    throw system_error(errno, "make the folder for what is wiped");
  }
  const std::string path = volume.path_of(options.protected_name) + "/" + kWipedFolder;
  UniqueFd folder = open_own_folder(volume.safe.get(), kWipedFolder, path);
  check_private(folder.get(), path);
  return folder;
}

struct Way {
  int from, to;
};

void move_entries(const Volume& volume, const Way& way, const std::vector<TopEntry>& entries) {
  for (const TopEntry& entry : entries) {
    do_without_flags(way.from, entry.name, volume.path_of(entry.name), [&] {
      const int result = ::renameat2(way.from, entry.name.c_str(), way.to, entry.name.c_str(), RENAME_NOREPLACE);
      return result == -1 && errno == ENOENT ? 0 : result;  // moved already
    });
  }
  for (const int folder : {way.from, way.to, volume.safe.get()}) {
    checked(::fsync(folder), [&] { return "sync " + volume.path; });
  }
}

void remove_wiped_folder(const Volume& volume) {
  checked(::unlinkat(volume.safe.get(), kWipedFolder, AT_REMOVEDIR),
          [&] { return "remove the empty folder for what is wiped of " + volume.path; });
  checked(::syncfs(volume.top.get()), [&] { return "sync " + volume.path; });
}

}  // namespace

std::vector<TopEntry> top_entries(const MachinePath& folder, const WipeOptions& options) {
  return list_top(open_volume(folder, options), options);
}

void move_away(const MachinePath& folder, const std::vector<TopEntry>& entries, const WipeOptions& options) {
  const Volume volume = open_volume(folder, options);
  refuse_strangers(volume, entries, options);
  const UniqueFd wiped = open_wiped_folder(volume, options);
  move_entries(volume, {.from = volume.top.get(), .to = wiped.get()}, entries);
}

void take_back(const MachinePath& folder, const std::vector<TopEntry>& entries, const WipeOptions& options) {
  const Volume volume = open_volume(folder, options);
  refuse_strangers(volume, entries, options);
  {
    const UniqueFd wiped = open_wiped_folder(volume, options);
    move_entries(volume, {.from = wiped.get(), .to = volume.top.get()}, entries);
  }
  remove_wiped_folder(volume);
}

std::uint64_t remove_moved(const MachinePath& folder, const WipeOptions& options) {
  const Volume volume = open_volume(folder, options);
  refuse_strangers(volume, {}, options);
  std::uint64_t removed = 0;
  {
    const UniqueFd wiped = open_wiped_folder(volume, options);
    TreeRemover remover(wiped.get(), options.on_progress, options.cancelled);
    remover.run();
    removed = remover.removed();
  }
  remove_wiped_folder(volume);
  return removed;
}

}  // namespace rehome::boot
