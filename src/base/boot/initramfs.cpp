// SPDX-License-Identifier: Apache-2.0
#include "base/boot/initramfs.h"

#include <algorithm>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/archive/cpio_writer.h"
#include "base/archive/unpack.h"
#include "base/boot/internal/file_copy.h"
#include "base/boot/internal/init_plan.h"
#include "base/boot/internal/kernel_modules.h"
#include "base/boot/internal/loadable_part.h"
#include "base/boot/program_copy.h"
#include "base/core/error.h"
#include "base/core/platform/fd.h"
#include "base/machine/linux/linux_file_tree.h"

namespace rehome::boot {

namespace {

constexpr std::size_t kLargestModule = 256 * 1024 * 1024;
constexpr std::uint64_t kConsole = std::uint64_t{5} << 32 | 1;
// Images that the other root applies may be squashfs.
constexpr const char* kAlways[] = {"loop", "squashfs"};
// Where loaders of any distribution look for libraries, and where programs say that their loader is.
constexpr const char* kLibraryFolders[] = {"lib", "lib64", "usr/lib", "usr/lib64"};

std::string kernel_release() {
  utsname names{};
  platform::checked(::uname(&names), [] { return "ask for the kernel's release"; });
  return static_cast<const char*>(names.release);
}

MachinePath module_folder() {
  const std::string release = kernel_release();
  for (const char* folder : {"/lib/modules/", "/usr/lib/modules/"}) {
    if (::access((folder + release + "/modules.dep").c_str(), R_OK) == 0) return folder + release + "/";
  }
  throw Error(
      ErrorCode::not_found,
      "the modules of the running kernel " + release +
          " are not in /lib/modules: it was updated since the computer started, or this is a container; restart "
          "the computer and try again");
}

/// Sorted into the order of loading.
std::vector<std::string> needed_modules(const InitramfsRequest& request, const Volume& volume,
                                        const MachinePath& folder) {
  const ModuleTable table(read_text(folder + "modules.dep").value_or(""),
                          read_text(folder + "modules.softdep").value_or(""));
  std::vector<std::string> wanted = loaded_for_disks(table, read_text("/proc/modules").value_or(""));
  std::ranges::copy(modules_of_device(volume.device), std::back_inserter(wanted));
  wanted.push_back(volume.type);
  std::ranges::copy(kAlways, std::back_inserter(wanted));
  std::ranges::copy(request.modules, std::back_inserter(wanted));
  return table.closure(wanted);
}

void add_modules(archive::CpioWriter& cpio, FileTree& tree, const MachinePath& folder, InitPlan& plan,
                 const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const Bytes module = archive::read_unpacked(open_host_file(tree, folder + file), folder + file, kLargestModule);
    const std::string name = "rehome/kernel/" + module_name(file) + ".ko";
    cpio.add_file(name, kTextMode, module);
    plan.modules.push_back(name);
  }
}

void add_program(archive::CpioWriter& cpio, FileTree& tree) {
  for (const ProgramFile& file : program_files()) {
    cpio.add_file("rehome/" + file.name, kProgramMode, loadable_part(read_host_file(tree, file.path)));
  }
  for (const char* folder : kLibraryFolders) cpio.add_symlink(folder, "/rehome/lib");
  cpio.add_symlink("init", "/rehome/rehome");
}

}  // namespace

void make_initramfs(const InitramfsRequest& request, const MachinePath& output) {
  const Volume volume = volume_of(request.folder);
  InitPlan plan{.uuid = volume.uuid,
                .type = volume.type,
                .options = volume.options,
                .log = request.log,
                .command = request.command,
                .modules = {}};
  const MachinePath modules = module_folder();
  const std::vector<std::string> files = needed_modules(request, volume, modules);

  const std::unique_ptr<FileTree> tree = open_linux_file_tree("/");
  const std::size_t slash = output.rfind('/');
  const std::unique_ptr<WritableFolder> folder = tree->open_for_writing(slash == 0 ? "/" : output.substr(0, slash));
  const std::unique_ptr<WritableFile> file = folder->create_file(output.substr(slash + 1));
  archive::CpioWriter cpio(*file, archive::CpioCompression::zstd);
  for (const char* each : {"proc", "sys", "dev", "run", "tmp", "etc", kTarget}) cpio.add_folder(each);
  cpio.add_char_device("dev/console", kPrivateMode, kConsole);
  add_program(cpio, *tree);
  add_modules(cpio, *tree, modules, plan, files);
  cpio.add_file(kPlanFile, kTextMode, as_bytes(plan_text(plan)));
  cpio.add_file(kCommandFile, kTextMode, as_bytes(lines_text(plan.command)));
  cpio.add_file(kModulesFile, kTextMode, as_bytes(lines_text(plan.modules)));
  // Programs that ask for names of accounts find root there, and nobody else.
  cpio.add_file("etc/passwd", kTextMode, as_bytes("root:x:0:0:root:/:/rehome/rehome\n"));
  cpio.add_file("etc/group", kTextMode, as_bytes("root:x:0:\n"));
  cpio.finish();
  file->set_metadata({.mode = kPrivateMode, .modified = {}, .accessed = {}, .changed = {}, .attributes = {}});
  file->sync();
  file->commit_replacing();
  folder->sync();
}

MachinePath running_kernel() {
  const std::string release = kernel_release();
  for (const std::string& path : {"/boot/vmlinuz-" + release, "/lib/modules/" + release + "/vmlinuz",
                                  "/usr/lib/modules/" + release + "/vmlinuz", std::string("/boot/vmlinuz-linux")}) {
    if (::access(path.c_str(), R_OK) == 0) return path;
  }
  throw Error(
      ErrorCode::not_found,
      "the file of the running kernel " + release +
          " is neither in /boot nor in /lib/modules; mount /boot, or restart the computer if the kernel was updated");
}

void keep_running_kernel(const MachinePath& output) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree("/");
  const std::size_t slash = output.rfind('/');
  const std::unique_ptr<WritableFolder> folder = tree->open_for_writing(slash == 0 ? "/" : output.substr(0, slash));
  write_file(*folder, output.substr(slash + 1), read_host_file(*tree, running_kernel()), kPrivateMode);
  folder->sync();
}

}  // namespace rehome::boot
