// SPDX-License-Identifier: Apache-2.0
#pragma once
// Variables, known folders and the operating system of a Linux computer, from its files beneath any root. What users
// wrote themselves (user-dirs.dirs) is read as data, within limits, and can point only to folders that are theirs.
// Any thread.

#include <string>

#include "base/machine/environment.h"

namespace rehome {

class LinuxEnvironment final : public Environment {
 public:
  LinuxEnvironment(FileTree& files, bool is_running_system) : files_(files), is_running_system_(is_running_system) {}

  OperatingSystem operating_system() override;
  std::string computer_name() override;
  std::optional<MachinePath> known_folder(KnownFolder folder, const Account* account) override;
  std::optional<UnusedFolder> unused_folder(KnownFolder folder, const Account* account) override;
  bool is_linked_in_home(KnownFolder folder, const Account* account) override;
  std::optional<std::string> variable(std::string_view name, const Account* account) override;

 private:
  struct FoundFolder {
    MachinePath place;
    bool is_linked_in_home = false;
  };
  struct Search {
    std::optional<FoundFolder> found;
    std::optional<UnusedFolder> unused;
  };
  Search find(KnownFolder folder, const Account* account);
  void try_place(Search& search, const std::string& value, const MachinePath& home, const Account& account);
  bool is_64_bit();
  std::optional<MachinePath> home_of(const Account& account);
  std::optional<std::string> user_dir(KnownFolder folder, const MachinePath& home);
  std::optional<MachinePath> settle(const MachinePath& path);
  std::optional<std::string> why_not_own(const Account& account, const MachinePath& folder);

  FileTree& files_;
  bool is_running_system_;
};

}  // namespace rehome
