// SPDX-License-Identifier: Apache-2.0
#pragma once
// Variables and known folders of the fake machine: the defaults of known_folder.h, and what tests set instead.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/core/locked.h"
#include "base/machine/machine.h"

namespace rehome {

class MemoryEnvironment final : public Environment {
 public:
  /// `files` resolves links in known folders.
  MemoryEnvironment(MachineFlavour flavour, FileTree& files);

  OperatingSystem operating_system() override;
  std::string computer_name() override;
  std::optional<MachinePath> known_folder(KnownFolder folder, const Account* account) override;
  /// Never: whatever is set counts.
  std::optional<UnusedFolder> unused_folder(KnownFolder, const Account*) override { return std::nullopt; }
  bool is_linked_in_home(KnownFolder folder, const Account* account) override;
  /// What was set for the account or, failing that, for the system; else USERNAME, or the known folder it means.
  std::optional<std::string> variable(std::string_view name, const Account* account) override;

  void set_operating_system(const OperatingSystem& system);
  void set_computer_name(const std::string& name);
  /// `account_name` empty: the system. nullopt: this computer has no such folder.
  void set_known_folder(KnownFolder folder, const std::string& account_name, std::optional<MachinePath> path);
  void set_variable(std::string_view name, const std::string& account_name, const std::string& value);

 private:
  struct State {
    OperatingSystem system;
    std::string computer_name = "testpc";
    std::map<std::pair<KnownFolder, std::string>, std::optional<MachinePath>> folders;
    std::map<std::pair<std::string, std::string>, std::string> variables;  // upper-case name, account name
  };

  std::optional<MachinePath> named_place(KnownFolder folder, const Account* account);
  std::optional<MachinePath> default_place(const KnownFolderNames& names, const Account* account) const;

  MachineFlavour flavour_;
  FileTree& files_;
  Locked<State> state_;
};

}  // namespace rehome
