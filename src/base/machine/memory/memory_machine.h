// SPDX-License-Identifier: Apache-2.0
#pragma once
// A whole computer in memory, of Linux or Windows flavour, for the tests of every stage: with failures to inject
// (failures.h), power cuts (memory_file_tree.h) and a clock that stands still (manual_clock.h).
//
// A new one has no accounts; on Linux "/home" and "/etc", on Windows "C:/Users" and "C:/Windows". Windows names
// compare without case for ASCII letters only. Any thread may use everything but accounts().

#include <string>
#include <string_view>

#include "base/machine/machine.h"
#include "base/machine/memory/manual_clock.h"
#include "base/machine/memory/memory_accounts.h"
#include "base/machine/memory/memory_environment.h"
#include "base/machine/memory/memory_file_tree.h"
#include "base/machine/memory/memory_registry.h"

namespace rehome {

class MemoryMachine final : public Machine {
 public:
  MemoryMachine(MachineFlavour flavour, ManualClock& clock);

  MachineFlavour flavour() const override { return flavour_; }
  bool is_running_system() const override { return is_running_system_; }
  void set_running_system(bool is) { is_running_system_ = is; }
  MemoryFileTree& files() override { return files_; }
  MemoryAccounts& accounts() override { return accounts_; }
  MemoryEnvironment& environment() override { return environment_; }
  /// Null on Linux.
  MemoryRegistry* registry() override { return flavour_ == MachineFlavour::windows ? &registry_ : nullptr; }
  Failures& failures() { return files_.failures(); }

  /// An account with its private group of the same name and number, and its home, which it owns: "/home/ann", or
  /// "C:/Users/ann" for the account "TESTPC\ann". More: accounts().set().
  Account add_account(const std::string& name, std::uint32_t uid);

  // The most used shortcuts of files().
  void add_folder(const MachinePath& path) { files_.add_folder(path); }
  void add_file(const MachinePath& path, std::string_view content) { files_.add_file(path, content); }
  void add_symlink(const MachinePath& path, std::string_view target) { files_.add_symlink(path, target); }
  void add_link(const MachinePath& path, const MachinePath& existing) { files_.add_link(path, existing); }

 private:
  MachineFlavour flavour_;
  bool is_running_system_ = false;
  MemoryFileTree files_;
  MemoryAccounts accounts_;
  MemoryEnvironment environment_;
  MemoryRegistry registry_;
};

}  // namespace rehome
