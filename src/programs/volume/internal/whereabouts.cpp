// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/whereabouts.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::volume {

namespace {

namespace fs = std::filesystem;
using linux_files::Mount;
using sequence::StorePlace;

constexpr int kDeepestStack = 16;  // of devices upon devices

bool is_within(std::string_view path, std::string_view folder) {
  if (folder.ends_with('/')) folder.remove_suffix(1);
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::optional<Mount> find_mount(std::uint64_t id) {
  const std::vector<Mount> mounts = linux_files::read_mount_table();
  const auto found = std::ranges::find(mounts, id, &Mount::id);
  return found == mounts.end() ? std::nullopt : std::optional(*found);
}

std::string join(std::string folder, std::string_view rest) {
  while (folder.ends_with('/')) folder.pop_back();
  while (rest.starts_with('/')) rest.remove_prefix(1);
  return folder + "/" + std::string(rest);
}

/// The path from the top of its file system on.
std::string path_on_volume(const Mount& mount, const MachinePath& path) {
  const std::size_t skipped = mount.mounted_at == "/" ? 0 : mount.mounted_at.size();
  return join(mount.top, std::string_view(path).substr(std::min(skipped, path.size())));
}

std::string first_line(const fs::path& file) {
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  return line;
}

void add_backing_files(const fs::path& device, int depth, std::vector<std::string>& files) {
  if (depth >= kDeepestStack) return;
  std::error_code ignored;
  // A partition lies in the folder of its disk.
  for (const fs::path& folder : {device, device.parent_path()}) {
    if (const std::string file = first_line(folder / "loop/backing_file"); !file.empty()) files.push_back(file);
  }
  for (fs::directory_iterator at(device / "slaves", ignored), end; !ignored && at != end; at.increment(ignored)) {
    add_backing_files(fs::canonical(at->path(), ignored), depth + 1, files);
  }
}

/// Of what lies on another volume than the one that is wiped.
StorePlace place_elsewhere(FileTree& host, const WipedVolume& volume, Folder& folder, int depth);

StorePlace place_in(FileTree& host, const WipedVolume& volume, const MachinePath& path, int depth) {
  const MachinePath real = host.canonical(path);
  const std::unique_ptr<Folder> folder = host.open(real);
  const NodeInfo info = folder->inspect_self();
  if (info.device != volume.device) return place_elsewhere(host, volume, *folder, depth);
  const std::optional<Mount> mount = find_mount(info.mount);
  if (!mount) return StorePlace::unknown;
  const std::string safe = join(volume.mount.top, volume.protected_name);
  return is_within(path_on_volume(*mount, real), safe) ? StorePlace::protected_folder : StorePlace::wiped;
}

StorePlace place_of_backing(FileTree& host, const WipedVolume& volume, const std::string& file, int depth) {
  if (depth >= kDeepestStack || !file.starts_with('/') || file.ends_with(" (deleted)")) return StorePlace::unknown;
  try {
    const StorePlace place = place_in(host, volume, fs::path(file).parent_path().string(), depth + 1);
    return place == StorePlace::protected_folder ? StorePlace::other_volume : place;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return StorePlace::unknown;
  }
}

bool is_this_computer(const std::string& source) {
  return std::ranges::any_of(std::array{"localhost:", "127.", "[::1]", "//localhost", "//127."},
                             [&](const char* prefix) { return source.starts_with(prefix); });
}

StorePlace place_elsewhere(FileTree& host, const WipedVolume& volume, Folder& folder, int depth) {
  const Volume found = folder.volume();
  if (found.volume_class == VolumeClass::pseudo) return StorePlace::in_memory;
  const bool is_stacked = found.type == "overlay" || found.type == "ecryptfs" || found.type == "aufs";
  if (found.volume_class == VolumeClass::fuse || is_stacked) return StorePlace::unknown;
  const std::optional<Mount> mount = find_mount(folder.inspect_self().mount);
  if (!mount || is_this_computer(mount->source)) return StorePlace::unknown;
  if (found.volume_class == VolumeClass::network) return StorePlace::other_volume;
  const auto files = backing_files(mount->numbers, mount->source);
  if (!files) return StorePlace::unknown;
  for (const std::string& file : *files) {
    const StorePlace place = place_of_backing(host, volume, file, depth);
    if (place != StorePlace::other_volume) return place;
  }
  return StorePlace::other_volume;
}

}  // namespace

WipedVolume open_volume(FileTree& host, const MachinePath& folder, const std::string& protected_name) {
  if (protected_name.empty() || protected_name == "." || protected_name == ".." ||
      protected_name.find('/') != std::string::npos) {
    throw Error(ErrorCode::invalid_argument,
                "the protected folder is a name at the top of the volume, not " + printable(protected_name));
  }
  const NodeInfo info = host.open(folder)->inspect_self();
  const std::optional<Mount> mount = find_mount(info.mount);
  const bool is_whole = mount && (mount->top == "/" || mount->type == "btrfs");
  if (!is_whole || mount->mounted_at != folder) {
    throw Error(ErrorCode::refused,
                printable(folder) + " is not where a whole volume is mounted; name its mount point");
  }
  return {.folder = folder, .protected_name = protected_name, .device = info.device, .mount = *mount};
}

StorePlace place_of(FileTree& host, const WipedVolume& volume, const MachinePath& path) {
  return place_in(host, volume, path, 0);
}

bool survives(FileTree& host, const WipedVolume& volume, const MachinePath& file) {
  const StorePlace place = place_of(host, volume, fs::path(host.canonical(file)).parent_path().string());
  return place == StorePlace::protected_folder || place == StorePlace::other_volume;
}

std::vector<std::string> mounts_below(const WipedVolume& volume) {
  std::vector<std::string> found;
  for (const Mount& mount : linux_files::read_mount_table()) {
    if (mount.mounted_at != volume.folder && is_within(mount.mounted_at, volume.folder)) {
      found.push_back(mount.mounted_at);
    }
  }
  return found;
}

std::optional<std::vector<std::string>> backing_files(const std::string& numbers, const std::string& source,
                                                      const std::string& sys) {
  std::error_code error;
  fs::path device = fs::canonical(sys + "/dev/block/" + numbers, error);
  if (error) device = fs::canonical(sys + "/class/block/" + fs::path(source).filename().string(), error);
  if (error) return std::nullopt;
  std::vector<std::string> files;
  add_backing_files(device, 0, files);
  return files;
}

}  // namespace rehome::volume
