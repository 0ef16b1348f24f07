// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who is at work on the running system: sessions from its utmp file, and open files from /proc. Both are only what they
// were a moment ago: good for a warning and a first refusal, never for a proof. Any thread may call.

#include <cstdint>
#include <string>
#include <vector>

#include "base/machine/file_tree.h"

namespace rehome {

constexpr const char* kUtmpFile = "/run/utmp";

/// The names of those who are logged in, each once, sorted; empty where the system keeps no such file. An entry whose
/// process is gone is none.
std::vector<std::string> logged_in_users(const std::string& utmp_file = kUtmpFile);

constexpr const char* kSessionsFolder = "/run/systemd/sessions";

/// As above, and whoever has a session of systemd-logind, which keeps no utmp file on newer systems.
std::vector<std::string> open_sessions(const std::string& utmp_file = kUtmpFile,
                                       const std::string& sessions_folder = kSessionsFolder);

struct OpenFile {
  MachinePath path;
  std::uint64_t process = 0;
  std::string program;  // as the kernel knows it: 15 bytes at most
  bool for_writing = false;
};

/// Files below `folders` that some process has open, at most `most`. Processes that this one may not look into are
/// passed over.
std::vector<OpenFile> open_files_below(const std::vector<MachinePath>& folders, std::size_t most,
                                       const std::string& proc = "/proc");

}  // namespace rehome
