// SPDX-License-Identifier: Apache-2.0
#include "base/boot/enter.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <linux/reboot.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/boot/initramfs.h"
#include "base/boot/internal/boot_entry.h"
#include "base/boot/internal/file_copy.h"
#include "base/core/platform/child_process.h"
#include "base/core/platform/fd.h"
#include "base/machine/shell_text.h"

namespace rehome::boot {

using platform::UniqueFd;

namespace {

// With a value, or alone.
constexpr std::array<std::string_view, 16> kAboutTheRoot = {
    "root",   "rootflags", "rootfstype", "rootwait", "rootdelay", "ro",         "rw",     "init",
    "rdinit", "resume",    "noresume",   "initrd",   "quiet",     "BOOT_IMAGE", "splash", "rehome.poweroff"};
// A panic of the other root must not be its end, with nobody there.
constexpr std::string_view kOurs = "rdinit=/init panic=30";

/// 0, or the errno.
int load_for_kexec(const MachinePath& kernel, const MachinePath& initramfs, const std::string& line) {
  const auto open = [](const MachinePath& path) {
    return UniqueFd(platform::checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), [&] { return "open " + path; }));
  };
  const UniqueFd kernel_file = open(kernel);
  const UniqueFd initramfs_file = open(initramfs);
  const long result =
      ::syscall(SYS_kexec_file_load, kernel_file.get(), initramfs_file.get(), line.size() + 1, line.c_str(), 0UL);
  return result == 0 ? 0 : errno;
}

void remount_read_only() {
  const std::string text = read_text("/proc/self/mounts").value_or("");
  const std::vector<std::string_view> lines = split_text(text, '\n');
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const std::vector<std::string_view> words = split_text(*line, ' ');
    if (words.size() < 2 || !words[0].starts_with("/dev/")) continue;
    // What is in use stays as it is; the sync before and its journal keep it whole.
    ::mount(nullptr, std::string(words[1]).c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr);
  }
}

bool service_manager_does(const char* verb) {
  const std::string systemctl = platform::find_program({"/usr/bin/systemctl", "/bin/systemctl"});
  if (systemctl.empty() || ::access("/run/systemd/system", F_OK) != 0) return false;
  return platform::run_program({systemctl, "--no-block", verb}).code == 0;
}

void go_down(const char* verb, int how) {
  ::sync();
  if (service_manager_does(verb)) return;
  remount_read_only();
  ::sync();
  ::reboot(how);
  throw system_error(errno, "restart the computer");
}

}  // namespace

std::string command_line_for(std::string_view running, bool power_off) {
  std::string line(kOurs);
  for (const std::string_view word : split_text(running, ' ')) {
    const std::string_view name = word.substr(0, word.find('='));
    if (word.empty() || std::ranges::count(kAboutTheRoot, name) > 0 || name == "panic") continue;
    if (word == "--") break;  // what follows is for the init of the running system
    line.append(" ").append(word);
  }
  return power_off ? line + " rehome.poweroff" : line;
}

EnterWay prepare_to_enter(const EnterRequest& request) {
  const MachinePath kernel = request.kernel.empty() ? running_kernel() : request.kernel;
  const std::string line = command_line_for(read_line("/proc/cmdline"), request.power_off);
  const int error = load_for_kexec(kernel, request.initramfs, line);
  if (error == 0) return EnterWay::kexec;
  const std::string why = system_error(error, "load the kernel " + kernel + " for kexec").message();
  if (error != ENOSYS && error != EPERM && error != EKEYREJECTED && error != ENOPKG && error != EBADMSG &&
      error != ENOEXEC && error != EADDRNOTAVAIL && error != ENODATA) {
    throw system_error(error, "load the kernel " + kernel + " for kexec");
  }
  if (const std::string no_entry = make_boot_entry(kernel, request.initramfs, line); !no_entry.empty()) {
    throw Error(ErrorCode::unsupported,
                "this computer cannot be started into another root from here: " + why + ", and " + no_entry +
                    "; start a live system with this program on it, and resume there (rehome sequence resume)",
                error);
  }
  return EnterWay::grub;
}

void leave(EnterWay way) {
  if (way == EnterWay::kexec) return go_down("kexec", LINUX_REBOOT_CMD_KEXEC);
  restart_computer();
}

void restart_computer() { go_down("reboot", RB_AUTOBOOT); }

}  // namespace rehome::boot
