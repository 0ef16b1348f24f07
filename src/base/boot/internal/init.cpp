// SPDX-License-Identifier: Apache-2.0
#include "base/boot/internal/init.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/boot/internal/file_copy.h"
#include "base/boot/volume.h"
#include "base/core/clock.h"
#include "base/core/error.h"
#include "base/core/platform/child_process.h"

namespace rehome::boot {

using platform::checked;
using platform::retry_interrupted;
using platform::UniqueFd;

namespace {

constexpr std::chrono::milliseconds kBetweenLooks{200};
constexpr int kUnmountAttempts = 20;
constexpr std::string_view kPowerOff = "rehome.poweroff";

std::string mounted_path(const std::string& below) { return std::string(kTargetFolder) + "/" + below; }

void mount_kernel_folder(const char* type, const char* where) {
  if (::mount(type, where, type, MS_NOSUID, nullptr) == 0 || errno == EBUSY) return;
  throw system_error(errno, std::string("mount ") + where);
}

bool is_power_off_wanted() {
  const std::string line = " " + read_line("/proc/cmdline") + " ";
  return line.find(" " + std::string(kPowerOff) + " ") != std::string::npos;
}

}  // namespace

void Init::write(std::string_view bytes) {
  // Neither a console that is gone nor a log that cannot be written keeps the command from its work.
  while (!bytes.empty()) {
    const ssize_t count = retry_interrupted([&] { return ::write(STDOUT_FILENO, bytes.data(), bytes.size()); });
    if (log_) static_cast<void>(!::write(log_.get(), bytes.data(), bytes.size()));
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Init::say(std::string_view line) { write("rehome: " + std::string(line) + "\n"); }

void Init::run() {
  try {
    prepare();
    const InitPlan plan = parse_plan(read_text(std::string("/") + kPlanFile).value_or(""),
                                     read_text(std::string("/") + kCommandFile).value_or(""),
                                     read_text(std::string("/") + kModulesFile).value_or(""));
    load_modules(plan);
    mount_volume(plan);
    open_log(plan);
    const int code = run_command(plan);
    if (code == 0) leave();
    say("the command ended with " + std::to_string(code) + "; what it said is above" +
        (log_ ? " and in " + mounted_path(plan.log) : ""));
  } catch (const std::exception& error) {
    say(error.what());
  }
  say("the computer starts the installed system in " + std::to_string(times_.before_restart.count()) + " seconds");
  std::this_thread::sleep_for(times_.before_restart);
  leave();
}

void Init::prepare() {
  mount_kernel_folder("proc", "/proc");
  mount_kernel_folder("sysfs", "/sys");
  mount_kernel_folder("devtmpfs", "/dev");
  if (::fcntl(STDOUT_FILENO, F_GETFD) == -1) {
    const int console = ::open("/dev/console", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(console, stream);
  }
  say("this is the other root");
}

void Init::load_modules(const InitPlan& plan) {
  for (const std::string& name : plan.modules) {
    const UniqueFd module(::open(("/" + name).c_str(), O_RDONLY | O_CLOEXEC));
    if (module && ::syscall(SYS_finit_module, module.get(), "", 0) == 0) continue;
    // Drivers of another computer's hardware say ENODEV; the volume tells whether one was needed.
    if (errno != EEXIST && errno != ENODEV) say(name + " was not loaded: " + std::strerror(errno));
  }
}

std::string Init::find_device(const InitPlan& plan) {
  const auto end = std::chrono::steady_clock::now() + times_.for_volume;
  for (;;) {
    std::error_code ignored;
    for (const auto& each : std::filesystem::directory_iterator("/sys/class/block", ignored)) {
      std::string device = "/dev/" + each.path().filename().string();
      const std::optional<FileSystemIdentity> identity = identify(device);
      if (identity && identity->uuid == plan.uuid) return device;
    }
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(kBetweenLooks);
  }
  std::string seen;
  std::error_code ignored;
  for (const auto& each : std::filesystem::directory_iterator("/sys/class/block", ignored)) {
    const std::string name = each.path().filename().string();
    if (!name.starts_with("loop")) seen.append(" ").append(name);
  }
  throw Error(ErrorCode::not_found, "the volume " + plan.uuid + " did not appear in " +
                                        std::to_string(times_.for_volume.count()) +
                                        " seconds; disks that did:" + (seen.empty() ? " none" : seen) +
                                        "; a driver is missing, or the disk was taken away");
}

void Init::mount_volume(const InitPlan& plan) {
  const std::string device = find_device(plan);
  checked(::mount(device.c_str(), kTargetFolder, plan.type.c_str(), 0, plan.options.c_str()),
          [&] { return "mount " + device + " at " + kTargetFolder; });
  say(device + " is mounted at " + kTargetFolder);
}

void Init::open_log(const InitPlan& plan) {
  if (plan.log.empty()) return;
  log_ = UniqueFd(::open(mounted_path(plan.log).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!log_) return say("no log is kept in " + mounted_path(plan.log) + ": " + std::strerror(errno));
  say(to_iso8601(SystemClock().now()));
}

int Init::run_command(const InitPlan& plan) {
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC), [] { return std::string("make a pipe"); });
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t child = platform::start_child(plan.command, to.get());
  to = UniqueFd();
  std::array<char, 4096> buffer{};
  int status = 0;
  bool is_over = false;
  // What the command leaves running keeps the pipe open; it is not waited for. Whatever loses its parent is ours.
  while (!is_over) {
    pollfd waiting{.fd = from.get(), .events = POLLIN, .revents = 0};
    const int timeout_ms = 100;
    if (::poll(&waiting, 1, timeout_ms) > 0) {
      const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
      if (count > 0) write({buffer.data(), static_cast<std::size_t>(count)});
      if (count > 0) continue;
    }
    int each = 0;
    for (pid_t ended = ::waitpid(-1, &each, WNOHANG); ended > 0; ended = ::waitpid(-1, &each, WNOHANG)) {
      if (ended != child) continue;
      status = each;
      is_over = true;
    }
  }
  return platform::exit_code_of(status);
}

void Init::leave() {
  say(is_power_off_wanted() ? "the computer is switched off" : "the computer is restarted");
  if (log_) ::fsync(log_.get());
  log_ = UniqueFd();
  ::sync();
  for (int attempt = 0; attempt < kUnmountAttempts && ::umount2(kTargetFolder, 0) != 0 && errno == EBUSY; ++attempt) {
    std::this_thread::sleep_for(kBetweenLooks);
  }
  ::mount(nullptr, kTargetFolder, nullptr, MS_REMOUNT | MS_RDONLY, nullptr);
  ::sync();
  ::reboot(is_power_off_wanted() ? RB_POWER_OFF : RB_AUTOBOOT);
  for (;;) ::pause();  // it comes down around us
}

}  // namespace rehome::boot
