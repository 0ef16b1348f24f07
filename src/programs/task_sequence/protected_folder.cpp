// SPDX-License-Identifier: Apache-2.0
#include "programs/task_sequence/protected_folder.h"

#include <fmt/format.h>

#include "base/boot/other_root.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::task_sequence {

namespace {

constexpr const char* kFolder = "/rehome";
constexpr const char* kStateFile = "state.json";

}  // namespace

std::string default_folder() { return (boot::is_in_other_root() ? boot::kTargetFolder : "") + std::string(kFolder); }

ProtectedFolder ProtectedFolder::open(const std::string& path) {
  try {
    return ProtectedFolder(PrivateFolder::open(path));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found, fmt::format("no task sequence was begun here: there is no {}; begin one with "
                                                  "`rehome sequence run`, or name its folder with --folder",
                                                  printable(cli::absolute_path(path))));
  }
}

ProtectedFolder ProtectedFolder::open_or_make(const std::string& path) {
  return ProtectedFolder(PrivateFolder::open_or_make(path));
}

std::unique_ptr<FolderLock> ProtectedFolder::lock() {
  std::unique_ptr<FolderLock> held = try_lock("lock");
  if (held == nullptr) {
    throw Error(ErrorCode::busy, fmt::format("a task sequence runs in {}: `rehome sequence status` says how far it is",
                                             printable(path())));
  }
  return held;
}

std::optional<sequence::RunState> ProtectedFolder::load() {
  const std::optional<std::string> text = read(kStateFile);
  if (!text) return std::nullopt;
  return sequence::run_state_of(parse_json(*text, path() + "/" + kStateFile));
}

void ProtectedFolder::save(const sequence::RunState& state) { write(kStateFile, to_text(to_json(state))); }

}  // namespace rehome::task_sequence
