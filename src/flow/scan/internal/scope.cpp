// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/scope.h"

#include <algorithm>
#include <set>

#include "base/core/error.h"

namespace rehome::scan {

namespace {

std::string_view without_final_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// Whether `path` is `folder` or lies below it.
bool is_within(std::string_view path, std::string_view folder) {
  folder = without_final_slash(folder);
  path = without_final_slash(path);
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::vector<MachinePath> places_of_interest(const ScanJob& job) {
  std::vector<MachinePath> places;
  for (const CapturedAccount& account : job.accounts) {
    if (!account.canonical_home.empty()) places.push_back(account.canonical_home);
  }
  for (const MachinePath& folder : job.plan.named_folders()) {
    places.push_back(job.machine.files().canonical(folder));
  }
  return places;
}

std::set<MachinePath> asked_for(const ScanJob& job, const std::vector<Volume>& volumes) {
  std::set<MachinePath> asked;
  for (const MachinePath& path : job.options.also_volumes) {
    const MachinePath at = job.machine.files().canonical(path);
    if (std::ranges::find(volumes, at, &Volume::mounted_at) == volumes.end()) {
      throw Error(ErrorCode::not_found, "nothing is mounted at " + path +
                                            ", which was asked for as a volume to take too: name its mount point as "
                                            "the computer being captured sees it");
    }
    asked.insert(at);
  }
  return asked;
}

}  // namespace

std::string describe(const Volume& volume) {
  return std::string(name_of(volume.volume_class)) + " volume (" + volume.type + ")";
}

Scope::Scope(const ScanJob& job) : roots_(job.machine.files().roots()) {
  const std::vector<MachinePath> places = places_of_interest(job);
  const std::vector<Volume> volumes = job.machine.files().volumes();
  const std::set<MachinePath> asked = asked_for(job, volumes);
  for (const Volume& volume : volumes) {
    const MachinePath& at = volume.mounted_at;
    const bool is_of_interest = std::ranges::any_of(
        places, [&](const MachinePath& place) { return is_within(place, at) || is_within(at, place); });
    // Who names the root folder of another computer means it, be it on a stick, in memory or on a server.
    const bool is_named_root = !job.machine.is_running_system() && std::ranges::find(roots_, at) != roots_.end();
    const bool is_local = volume.volume_class == VolumeClass::local;
    const bool is_in = asked.contains(at) || is_named_root || (is_local && is_of_interest);
    mounts_.insert_or_assign(at, Mount{volume, is_in});  // of mounts on one point the last is the one that is seen
  }
}

void Scope::check_homes(std::span<const CapturedAccount> accounts) const {
  for (const CapturedAccount& account : accounts) {
    if (account.canonical_home.empty()) continue;
    const Mount* mount = enclosing(account.canonical_home);
    if (mount == nullptr || mount->is_in) continue;
    throw Error(ErrorCode::refused, "the home of " + account.account.name + ", " + account.canonical_home +
                                        ", lies on a " + describe(mount->volume) + " mounted at " +
                                        mount->volume.mounted_at +
                                        " that is not captured: take it with --also-volume " +
                                        mount->volume.mounted_at + ", or leave the account out");
  }
}

const Scope::Mount* Scope::enclosing(std::string_view path) const {
  const Mount* innermost = nullptr;
  for (const auto& [at, mount] : mounts_) {
    // The map is sorted, so of two mounts that hold the path the longer one comes later.
    if (is_within(path, at)) innermost = &mount;
  }
  return innermost;
}

std::vector<MachinePath> Scope::starts() const {
  std::vector<MachinePath> starts;
  for (const MachinePath& root : roots_) {
    if (left_out_at(root) == nullptr) starts.push_back(root);
  }
  for (const auto& [at, mount] : mounts_) {
    if (!mount.is_in || std::ranges::find(roots_, at) != roots_.end()) continue;
    const std::string_view parent = std::string_view(at).substr(0, at.rfind('/') + 1);
    const Mount* around = enclosing(parent);
    if (around != nullptr && !around->is_in) starts.push_back(at);
  }
  return starts;
}

const Volume* Scope::left_out_at(std::string_view mount_point) const {
  const auto found = mounts_.find(mount_point);
  return found == mounts_.end() || found->second.is_in ? nullptr : &found->second.volume;
}

bool Scope::includes_unlisted(const Volume& volume) const {
  for (const auto& [at, mount] : mounts_) {
    if (mount.volume.device == volume.device) return mount.is_in;
  }
  return volume.volume_class == VolumeClass::local;
}

}  // namespace rehome::scan
