// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file tree of the running system below a folder of its own, and what tests ask of it.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"
#include "tests/support/scratch_folder.h"

namespace rehome {

namespace fs = std::filesystem;

constexpr std::uint32_t kNobody = 65534;

class LinuxFileTreeTest : public ::testing::Test {
 protected:
  void write(const std::string& path, std::string_view content) const { std::ofstream(root_ / path) << content; }
  std::string content(const std::string& path) const {
    std::ifstream file(root_ / path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  struct stat status(const std::string& path) const {
    struct stat result{};
    EXPECT_EQ(::lstat((root_ / path).c_str(), &result), 0) << path;
    return result;
  }
  std::unique_ptr<WritableFolder> root_folder() const { return tree_->open_for_writing("/"); }

  testing::ScratchFolder scratch_;
  fs::path root_ = scratch_.path();
  std::unique_ptr<FileTree> tree_ = open_linux_file_tree(root_);
};

/// What `action` throws.
inline std::optional<Error> error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

inline int errno_of(const std::function<void()>& action) {
  const auto error = error_of(action);
  return error ? error->system_code() : 0;
}

inline std::vector<std::string> names(Folder& folder) {
  std::vector<std::string> found;
  for (const DirectoryEntry& entry : folder.list()) found.push_back(entry.name);
  return found;
}

/// Runs `action` in a process of an ordinary user; true if it returned true.
inline bool as_nobody(const std::function<bool()>& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(3);
    try {
      ::_exit(action() ? 0 : 1);
    } catch (const std::exception& error) {
      (void)std::fputs(error.what(), stderr);
      ::_exit(2);
    }
  }
  int result = -1;
  ::waitpid(child, &result, 0);
  return result == 0;
}

#define NEEDS_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "only root can do this"

}  // namespace rehome
