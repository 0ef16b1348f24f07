// SPDX-License-Identifier: Apache-2.0
#include "programs/task_sequence/computer.h"

#include "base/boot/enter.h"
#include "base/boot/other_root.h"
#include "base/core/error.h"
#include "programs/command/host.h"
#include "programs/command/pause.h"
#include "programs/task_sequence/handover.h"

namespace rehome::task_sequence {

namespace {

/// nullopt where nothing is there that this program can see.
std::optional<NodeKind> kind_of(const std::string& path) {
  if (!path.starts_with('/')) return std::nullopt;
  try {
    const std::unique_ptr<Machine> host = cli::open_machine("/");
    const MachinePath real = host->files().canonical(path);
    if (real == "/") return NodeKind::folder;
    const std::size_t slash = real.rfind('/');
    return host->files().open(slash == 0 ? "/" : real.substr(0, slash))->inspect(real.substr(slash + 1)).kind;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::string Computer::name() { return cli::open_machine("/")->environment().computer_name(); }

std::string Computer::boot() { return boot::boot_id(); }
bool Computer::is_in_other_root() { return boot::is_in_other_root(); }
bool Computer::has_file(const std::string& path) { return kind_of(path) == NodeKind::file; }
bool Computer::has_folder(const std::string& path) { return kind_of(path) == NodeKind::folder; }

std::int64_t Computer::seconds_since_1970() { return context_.surroundings.clock.now().seconds; }

bool Computer::wait(std::chrono::seconds duration) { return cli::pause(context_, duration); }

void Computer::restart() {
  if (is_in_other_root()) return;  // its init restarts the computer as soon as this program has ended
  carry_on_after_start("/", folder_);
  boot::restart_computer();
}

void Computer::enter_other_root(const std::string& image) {
  boot::EnterRequest request{.initramfs = image, .kernel = {}, .power_off = false};
  if (image.empty()) request = {.initramfs = folder_.initramfs(), .kernel = folder_.kernel(), .power_off = false};
  boot::leave(boot::prepare_to_enter(request));
}

}  // namespace rehome::task_sequence
