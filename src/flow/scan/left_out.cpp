// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/left_out.h"

#include <algorithm>

#include "base/core/error.h"
#include "flow/scan/internal/leaf_taker.h"
#include "flow/scan/internal/scope.h"
#include "flow/scan/internal/tagged_cache.h"

namespace rehome::scan {

namespace {

std::string volume_reason(const MachinePath& at, const Volume& volume) {
  return at + " is on a " + describe(volume) + ", which is not captured unless it is asked for (--also-volume " + at +
         ")";
}

std::unique_ptr<Folder> open_or_null(FileTree& files, const MachinePath& path) {
  try {
    return files.open(path);
  } catch (const Error&) {
    return nullptr;  // what does not exist, or is no folder, hides nothing
  }
}

bool is_cache(const ScanJob& job, const MachinePath& folder) {
  const std::unique_ptr<Folder> opened = open_or_null(job.machine.files(), folder);
  return opened && stays_behind_as_cache(job, folder, job.locations.locate(folder), *opened);
}

std::optional<std::string> kind_reason(FileTree& files, const MachinePath& path) {
  try {
    const std::size_t slash = path.rfind('/');
    const NodeKind kind =
        files.open(path.substr(0, std::max<std::size_t>(slash, 1)))->inspect(path.substr(slash + 1)).kind;
    return can_be_kept(kind) ? std::nullopt : std::optional(why_not_kept(kind));
  } catch (const Error&) {
    return std::nullopt;  // what does not exist is judged as a file
  }
}

}  // namespace

std::optional<std::string> reason_left_out(const ScanJob& job, const MachinePath& path) {
  const Scope scope(job);
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const MachinePath at = path.substr(0, end);
    if (const Volume* volume = scope.left_out_at(at)) return volume_reason(at, *volume);
    if (end == std::string::npos) return kind_reason(job.machine.files(), path);
    if (is_cache(job, at) && path.substr(end + 1) != kCacheTagName) {
      return at + " is marked as a cache by its program (" + std::string(kCacheTagName) +
             "), whose content is not captured unless it is asked for (--keep-caches)";
    }
  }
}

}  // namespace rehome::scan
