// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/linux_machine.h"

#include <filesystem>

#include "base/core/clock.h"
#include "base/machine/linux/linux_accounts.h"
#include "base/machine/linux/linux_environment.h"
#include "base/machine/linux/linux_file_tree.h"

namespace rehome {

namespace {

class LinuxMachine final : public Machine {
 public:
  LinuxMachine(const std::string& root, bool is_running_system)
      : is_running_system_(is_running_system),
        files_(open_linux_file_tree(root)),
        accounts_(root, *files_, clock_, is_running_system ? linux_etc::open_name_service() : nullptr),
        environment_(*files_, is_running_system) {}

  MachineFlavour flavour() const override { return MachineFlavour::linux; }
  bool is_running_system() const override { return is_running_system_; }
  FileTree& files() override { return *files_; }
  Accounts& accounts() override { return accounts_; }
  Environment& environment() override { return environment_; }
  Registry* registry() override { return nullptr; }

 private:
  SystemClock clock_;
  bool is_running_system_;
  std::unique_ptr<FileTree> files_;
  LinuxAccounts accounts_;
  LinuxEnvironment environment_;
};

}  // namespace

std::unique_ptr<Machine> open_linux_machine(const std::string& root) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(root, error);
  if (error) throw system_error(error.value(), "open " + root);
  return std::make_unique<LinuxMachine>(real.string(), real == "/");
}

}  // namespace rehome
