// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/drives.h"

#include <algorithm>
#include <array>

#include "base/core/words.h"
#include "flow/rules/internal/pattern.h"

namespace rehome::rules {

namespace {

enum class DriveKind { fixed, optical, removable, remote };

std::optional<DriveKind> kind_of_word(std::string_view word) {
  if (same_word(word, "Fixed")) return DriveKind::fixed;
  if (same_word(word, "CDROM")) return DriveKind::optical;
  if (same_word(word, "Removable")) return DriveKind::removable;
  if (same_word(word, "Remote")) return DriveKind::remote;
  return std::nullopt;
}

std::optional<DriveKind> kind_of_volume(const Volume& volume) {
  constexpr std::array<std::string_view, 3> kOptical = {"iso9660", "udf", "cdfs"};
  if (std::ranges::find(kOptical, lower_word(volume.type)) != kOptical.end()) return DriveKind::optical;
  switch (volume.volume_class) {
    case VolumeClass::local:
      return DriveKind::fixed;
    case VolumeClass::removable:
      return DriveKind::removable;
    case VolumeClass::network:
      return DriveKind::remote;
    case VolumeClass::fuse:
    case VolumeClass::pseudo:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view without_final_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::vector<MachinePath> drives_of(Machine& machine, DriveKind kind) {
  std::vector<MachinePath> roots = machine.files().roots();
  const std::vector<Volume> volumes = machine.files().volumes();
  // On Linux a fixed volume is reached from "/" wherever it is mounted.
  if (machine.flavour() == MachineFlavour::linux && kind == DriveKind::fixed) return roots;
  std::vector<MachinePath> drives;
  for (const Volume& volume : volumes) {
    const bool is_drive =
        machine.flavour() == MachineFlavour::linux || std::ranges::any_of(roots, [&](const auto& root) {
          return without_final_slash(root) == without_final_slash(volume.mounted_at);
        });
    if (is_drive && !volume.mounted_at.empty() && kind_of_volume(volume) == kind) drives.push_back(volume.mounted_at);
  }
  return drives;
}

}  // namespace

std::optional<std::vector<std::string>> drive_patterns(Machine& machine, std::string_view segment,
                                                       std::string_view kind) {
  auto wanted = kind_of_word(kind);
  if (!wanted) return std::nullopt;
  const std::string_view separator = machine.flavour() == MachineFlavour::windows ? "\\" : "/";
  std::string_view rest = segment.substr(std::min(segment.find_first_not_of(kBlanks), segment.size()));
  if (rest.starts_with(separator) || rest.starts_with('/')) rest.remove_prefix(1);
  std::vector<std::string> patterns;
  for (const MachinePath& drive : drives_of(machine, *wanted)) {
    std::string pattern = escape_pattern(without_final_slash(drive));
    pattern += separator;
    patterns.push_back(pattern += rest);
  }
  return patterns;
}

}  // namespace rehome::rules
