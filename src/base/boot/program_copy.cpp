// SPDX-License-Identifier: Apache-2.0
#include "base/boot/program_copy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <climits>

#include "base/boot/internal/file_copy.h"
#include "base/boot/internal/loadable_part.h"
#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"
#include "base/machine/shell_text.h"

namespace rehome::boot {

namespace {

constexpr const char* kProgram = "rehome";
// Loaded by libc when they are first needed; newer ones have them built in, and then there is no such file.
constexpr const char* kLoadedLater[] = {"libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2", "libgcc_s.so.1"};

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

struct Loaded {
  std::string program;
  std::vector<std::string> libraries;
  std::string interpreter;
};

/// /proc/self/exe would be the loader, where the program was started through it.
std::string own_file() {
  const auto here = reinterpret_cast<std::uintptr_t>(&own_file);
  const std::string maps = read_text("/proc/self/maps").value_or("");
  for (const std::string_view line : split_text(maps, '\n')) {  // "FROM-TO rights offset device inode   PATH"
    if (line.empty()) continue;
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    const char* const begin = &line.front();
    const char* const end = begin + line.size();
    const auto [dash, first] = std::from_chars(begin, end, from, 16);
    if (first != std::errc{} || dash == end || std::from_chars(dash + 1, end, to, 16).ec != std::errc{}) continue;
    const std::size_t slash = line.find('/');
    if (here >= from && here < to && slash != std::string_view::npos) return std::string(line.substr(slash));
  }
  throw Error(ErrorCode::unsupported, "the system does not say where this program lies; mount /proc");
}

/// The program itself comes first, and without a name.
int note_object(dl_phdr_info* info, std::size_t /*size*/, void* out) {
  auto& loaded = *static_cast<Loaded*>(out);
  const std::string name = info->dlpi_name == nullptr ? "" : info->dlpi_name;
  const bool is_program = loaded.program.empty();
  if (is_program) {
    loaded.program = own_file();
    for (ElfW(Half) i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& header = info->dlpi_phdr[i];
      if (header.p_type != PT_INTERP) continue;
      // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader says addresses as numbers
      loaded.interpreter = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
    }
  } else if (name.find('/') != std::string::npos) {  // else it is the kernel's, and no file
    loaded.libraries.push_back(name);
  }
  return 0;
}

Loaded loaded_objects() {
  Loaded loaded;
  ::dl_iterate_phdr(&note_object, &loaded);
  if (loaded.interpreter.empty()) {
    throw Error(ErrorCode::unsupported,
                "this program does not say which loader it needs; use a build with shared libraries");
  }
  return loaded;
}

std::string real_path(const std::string& path) {
  std::array<char, PATH_MAX> real{};
  if (::realpath(path.c_str(), real.data()) == nullptr) throw system_error(errno, "find " + path);
  return real.data();
}

}  // namespace

std::string loader_name() { return "lib/" + base_name(loaded_objects().interpreter); }

std::vector<ProgramFile> program_files() {
  const Loaded loaded = loaded_objects();
  std::vector<ProgramFile> files = {{.name = kProgram, .path = real_path(loaded.program)}};
  const auto add = [&](const std::string& path) {
    const std::string name = "lib/" + base_name(path);
    if (std::ranges::count(files, name, &ProgramFile::name) == 0)
      files.push_back({.name = name, .path = real_path(path)});
  };
  std::string libc_folder;
  for (const std::string& path : loaded.libraries) {
    add(path);
    if (base_name(path).starts_with("libc.so")) libc_folder = path.substr(0, path.rfind('/') + 1);
  }
  if (std::ranges::count(files, "lib/" + base_name(loaded.interpreter), &ProgramFile::name) == 0)
    add(loaded.interpreter);
  for (const char* later : kLoadedLater) {
    if (::access((libc_folder + later).c_str(), R_OK) == 0) add(libc_folder + later);
  }
  return files;
}

std::vector<std::string> words_to_start() {
  constexpr const char* kStarted = "/proc/self/exe";  // whatever its file is called by now
  std::array<char, PATH_MAX> name{};
  if (::readlink(kStarted, name.data(), name.size() - 1) < 0)
    throw system_error(errno, std::string("read ") + kStarted);
  const std::string loader = name.data();
  const std::string program = own_file();
  if (loader == program) return {kStarted};
  return {loader, "--library-path", loader.substr(0, loader.rfind('/')), program};
}

void copy_program(const MachinePath& destination) {
  const std::unique_ptr<FileTree> tree = open_linux_file_tree("/");
  const std::unique_ptr<WritableFolder> folder = open_or_make_folder(*tree, destination);
  const std::unique_ptr<WritableFolder> libraries = open_or_make_folder(*tree, destination + "/lib");
  for (const ProgramFile& file : program_files()) {
    WritableFolder& into = file.name.starts_with("lib/") ? *libraries : *folder;
    write_file(into, base_name(file.name), loadable_part(read_host_file(*tree, file.path)), kProgramMode);
  }
  const std::string script =
      "#!/bin/sh\n# Starts the program beside it with the libraries beside it.\n"
      "here=$(dirname \"$(readlink -f \"$0\")\")\n"
      "exec \"$here/" +
      loader_name() + "\" --library-path \"$here/lib\" \"$here/" + kProgram + "\" \"$@\"\n";
  write_file(*folder, "run", as_bytes(script), kProgramMode);
  libraries->sync();
  folder->sync();
  folder->sync_volume();
}

}  // namespace rehome::boot
