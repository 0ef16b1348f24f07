// SPDX-License-Identifier: Apache-2.0
#include "base/boot/internal/kernel_modules.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

#include "base/machine/shell_text.h"

namespace rehome::boot {

namespace {

constexpr std::array<std::string_view, 15> kFoldersForDisks = {
    "kernel/drivers/ata/",     "kernel/drivers/scsi/", "kernel/drivers/nvme/",    "kernel/drivers/block/",
    "kernel/drivers/virtio/",  "kernel/drivers/usb/",  "kernel/drivers/mmc/",     "kernel/drivers/message/",
    "kernel/drivers/hv/",      "kernel/drivers/pci/",  "kernel/drivers/cdrom/",   "kernel/crypto/",
    "kernel/arch/x86/crypto/", "kernel/lib/",          "kernel/drivers/firmware/"};

}  // namespace

std::string module_name(std::string_view file) {
  std::string name(file.substr(file.rfind('/') + 1));
  name.resize(std::min(name.find(".ko"), name.size()));
  std::ranges::replace(name, '-', '_');
  return name;
}

ModuleTable::ModuleTable(std::string_view dependencies, std::string_view soft_dependencies) {
  for (const std::string_view line : split_text(dependencies, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string file(line.substr(0, colon));
    files_[module_name(file)] = file;
    for (const std::string_view word : split_text(line.substr(colon + 1), ' ')) {
      if (!word.empty()) needed_[file].emplace_back(word);
    }
  }
  for (const std::string_view line : split_text(soft_dependencies, '\n')) {  // "softdep ext4 pre: crc32c post: other"
    const std::vector<std::string_view> words = split_text(line, ' ');
    if (words.size() < 3 || words[0] != "softdep") continue;
    bool is_before = false;
    for (const std::string_view word : std::span(words).subspan(2)) {
      if (word.ends_with(':')) {
        is_before = word == "pre:";
      } else if (is_before && !word.empty()) {
        wanted_before_[file_of(module_name(words[1]))].push_back(module_name(word));
      }
    }
  }
}

std::string ModuleTable::file_of(std::string_view module) const {
  const auto found = files_.find(module);
  return found == files_.end() ? std::string() : found->second;
}

/// What a module needs is listed the other way round: the first is loaded last.
void ModuleTable::add(const std::string& file, std::vector<std::string>& order) const {
  if (file.empty() || std::ranges::count(order, file) > 0) return;
  if (const auto wanted = wanted_before_.find(file); wanted != wanted_before_.end()) {
    for (const std::string& module : wanted->second) {
      const std::string other = file_of(module);
      if (other != file && std::ranges::count(order, other) == 0) {
        const auto needs = needed_.find(other);
        const bool is_circle = needs != needed_.end() && std::ranges::count(needs->second, file) > 0;
        if (!is_circle) add_needed(other, order);
      }
    }
  }
  add_needed(file, order);
}

void ModuleTable::add_needed(const std::string& file, std::vector<std::string>& order) const {
  const auto append = [&](const std::string& each) {
    if (!each.empty() && std::ranges::count(order, each) == 0) order.push_back(each);
  };
  if (const auto needs = needed_.find(file); needs != needed_.end()) {
    std::for_each(needs->second.rbegin(), needs->second.rend(), append);
  }
  append(file);
}

std::vector<std::string> ModuleTable::closure(const std::vector<std::string>& modules) const {
  std::vector<std::string> order;
  for (const std::string& module : modules) add(file_of(module_name(module)), order);
  return order;
}

std::vector<std::string> loaded_for_disks(const ModuleTable& table, std::string_view proc_modules) {
  std::vector<std::string> modules = {"sd_mod"};
  for (const std::string_view line : split_text(proc_modules, '\n')) {
    const std::string_view module = line.substr(0, line.find(' '));
    const std::string file = table.file_of(module);
    const bool helps =
        std::ranges::any_of(kFoldersForDisks, [&](std::string_view each) { return file.starts_with(each); });
    if (helps) modules.emplace_back(module);
  }
  // The last one was loaded last: what it hangs on comes below it in the list.
  std::reverse(modules.begin(), modules.end());
  return modules;
}

std::vector<std::string> modules_of_device(const std::string& device) {
  namespace fs = std::filesystem;
  std::vector<std::string> modules;
  std::error_code ignored;
  for (fs::path at = fs::canonical("/sys/class/block/" + device, ignored); at.has_relative_path();
       at = at.parent_path()) {
    const fs::path module = fs::read_symlink(at / "driver/module", ignored);
    if (!ignored) modules.push_back(module.filename().string());
  }
  std::reverse(modules.begin(), modules.end());
  return modules;
}

}  // namespace rehome::boot
