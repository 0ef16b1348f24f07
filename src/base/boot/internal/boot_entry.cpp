// SPDX-License-Identifier: Apache-2.0
#include "base/boot/internal/boot_entry.h"

#include <unistd.h>

#include "base/boot/internal/file_copy.h"
#include "base/boot/volume.h"
#include "base/core/error.h"
#include "base/core/platform/child_process.h"
#include "base/machine/linux/linux_file_tree.h"

namespace rehome::boot {

namespace {

constexpr std::string_view kBegin = "# rehome: begin of the entry for one boot\n";
constexpr std::string_view kEnd = "# rehome: end\n";
constexpr const char* kTitle = "rehome-other-root";

MachinePath folder_of(const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

BootFile boot_file(const MachinePath& path) {
  const Volume volume = volume_of(folder_of(path));
  MachinePath below = volume.mounted_at == "/" ? path : path.substr(volume.mounted_at.size());
  if (volume.top != "/") below = volume.top + below;
  return {.uuid = volume.uuid, .path = below};
}

std::string quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

struct Grub {
  MachinePath folder;
  std::string reboot;  // the program that chooses the entry of the next boot
};

Grub find_grub() {
  for (const char* folder : {"/boot/grub", "/boot/grub2"}) {
    const std::string configuration = std::string(folder) + "/grub.cfg";
    if (::access(configuration.c_str(), R_OK) != 0) continue;
    if (read_text(configuration).value_or("").find("custom.cfg") == std::string::npos) continue;
    return {.folder = folder,
            .reboot = platform::find_program({"/usr/sbin/grub-reboot", "/sbin/grub-reboot", "/usr/sbin/grub2-reboot"})};
  }
  return {};
}

}  // namespace

std::string entry_text(const BootFile& kernel, const BootFile& initramfs, std::string_view line) {
  std::string text(kBegin);
  text.append("menuentry 'Rehome: the other root' --id ").append(kTitle).append(" {\n");
  text.append("  search --no-floppy --fs-uuid --set=rehome_kernel ").append(kernel.uuid).append("\n");
  text.append("  search --no-floppy --fs-uuid --set=rehome_initramfs ").append(initramfs.uuid).append("\n");
  text.append("  linux ($rehome_kernel)").append(quoted(kernel.path)).append(" ").append(line).append("\n");
  text.append("  initrd ($rehome_initramfs)").append(quoted(initramfs.path)).append("\n}\n");
  return text.append(kEnd);
}

std::string with_entry(std::string_view text, std::string_view entry) {
  std::string all(text);
  const std::size_t begin = all.find(kBegin);
  if (begin != std::string::npos) {
    const std::size_t end = all.find(kEnd, begin);
    all.erase(begin, end == std::string::npos ? std::string::npos : end + kEnd.size() - begin);
  }
  if (!all.empty() && !all.ends_with('\n')) all += '\n';
  return all.append(entry);
}

std::string make_boot_entry(const MachinePath& kernel, const MachinePath& initramfs, const std::string& line) {
  const Grub grub = find_grub();
  if (grub.folder.empty() || grub.reboot.empty()) return "GRUB is not installed";
  try {
    const std::unique_ptr<FileTree> tree = open_linux_file_tree("/");
    const std::string entry =
        entry_text(boot_file(tree->canonical(kernel)), boot_file(tree->canonical(initramfs)), line);
    const std::unique_ptr<WritableFolder> folder = tree->open_for_writing(grub.folder);
    const std::string old = read_text(grub.folder + "/custom.cfg").value_or("");
    write_file(*folder, "custom.cfg", as_bytes(with_entry(old, entry)), kTextMode);
    folder->sync_volume();
  } catch (const Error& error) {
    return std::string("GRUB cannot start it (") + error.what() + ")";
  }
  const platform::ProgramEnd chosen = platform::run_program({grub.reboot, kTitle});
  return chosen.code == 0 ? "" : "grub-reboot failed (" + chosen.output + ")";
}

}  // namespace rehome::boot
