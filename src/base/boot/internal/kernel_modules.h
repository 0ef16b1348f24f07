// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which kernel modules a root needs that is to reach a volume. In: modules.dep and modules.softdep of a kernel
// (depmod(8)), and the modules that are wanted. Out: files in the order in which they are loaded. The parsing is pure;
// any thread.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::boot {

class ModuleTable {
 public:
  /// The texts of modules.dep and modules.softdep; lines that make no sense are passed over.
  ModuleTable(std::string_view dependencies, std::string_view soft_dependencies);

  /// "kernel/fs/ext4/ext4.ko.xz"; empty for a module that is built in, or unknown.
  std::string file_of(std::string_view module) const;
  /// Files of `modules` and of all that they need, each once and after what it needs.
  std::vector<std::string> closure(const std::vector<std::string>& modules) const;

 private:
  void add(const std::string& file, std::vector<std::string>& order) const;
  void add_needed(const std::string& file, std::vector<std::string>& order) const;

  std::map<std::string, std::string, std::less<>> files_;                       // of a module
  std::map<std::string, std::vector<std::string>, std::less<>> needed_;         // by a file: files
  std::map<std::string, std::vector<std::string>, std::less<>> wanted_before_;  // softdep: by a file: modules
};

/// The name that the kernel knows: "kernel/drivers/scsi/sd_mod.ko.zst" is "sd_mod", and "crc32c-intel" is
/// "crc32c_intel".
std::string module_name(std::string_view file);
/// "sd_mod", and every other module that is loaded now and lets disks be reached.
std::vector<std::string> loaded_for_disks(const ModuleTable& table, std::string_view proc_modules);
/// Those that drive a block device and whatever it hangs on.
std::vector<std::string> modules_of_device(const std::string& device);

}  // namespace rehome::boot
