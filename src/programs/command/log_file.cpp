// SPDX-License-Identifier: Apache-2.0
#include "programs/command/log_file.h"

#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rehome::cli {

namespace {

constexpr mode_t kMode = 0600;

platform::UniqueFd open_log(const std::string& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) == 0 && info.st_size > LogFile::kLargest) {
    (void)std::rename(path.c_str(), (path + ".1").c_str());  // else it grows on
  }
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  return platform::UniqueFd(
      platform::checked(platform::retry_interrupted([&] { return ::open(path.c_str(), kFlags, kMode); }),
                        [&] { return "open " + path; }));
}

}  // namespace

LogFile::LogFile(const std::string& path) : file_(open_log(path)) {}

void LogFile::add(Timestamp now, std::string_view text) {
  const std::string line = to_iso8601(now) + " " + std::string(text) + "\n";
  (void)platform::retry_interrupted([&] { return ::write(file_.get(), line.data(), line.size()); });
}

}  // namespace rehome::cli
