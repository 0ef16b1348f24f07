// SPDX-License-Identifier: Apache-2.0
// What of this room can be tried without leaving the running system. The rest: tests/vm.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/boot/enter.h"
#include "base/boot/initramfs.h"
#include "base/boot/internal/boot_entry.h"
#include "base/boot/internal/init_plan.h"
#include "base/boot/internal/kernel_modules.h"
#include "base/boot/internal/loadable_part.h"
#include "base/boot/other_root.h"
#include "base/boot/program_copy.h"
#include "base/boot/volume.h"
#include "base/core/error.h"
#include "tests/support/scratch_folder.h"

namespace rehome::boot {
namespace {

namespace fs = std::filesystem;
using ::testing::Test;

bool shell(const std::string& command) { return std::system(("( " + command + " ) >/dev/null 2>&1").c_str()) == 0; }

TEST(CopyProgram, RunsInAnEmptyRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: chroot";
  const testing::ScratchFolder root;
  const std::string folder = root.path_of("rehome");
  copy_program(folder);
  copy_program(folder);  // over the first
  const std::string in_it = "chroot " + root.path().string() + " /rehome/" + loader_name() +
                            " --library-path /rehome/lib /rehome/rehome --gtest_list_tests";
  EXPECT_TRUE(shell(in_it + " | grep -q RunsInAnEmptyRoot"));
  EXPECT_TRUE(shell(folder + "/run --gtest_list_tests | grep -q RunsInAnEmptyRoot"));
  EXPECT_TRUE(shell("cd / && ln -s " + folder + "/run " + root.path_of("link") + " && " + root.path_of("link") +
                    " --gtest_list_tests"));

  fs::remove(folder + "/lib/libstdc++.so.6");
  EXPECT_FALSE(shell(in_it)) << "it took a library of the running system";
}

TEST(LoadablePart, LeavesOutWhatIsForDebuggersOnly) {
  std::ifstream in("/proc/self/exe", std::ios::binary);
  const Bytes whole((std::istreambuf_iterator<char>(in)), {});
  const Bytes part = loadable_part(whole);
  EXPECT_LT(part.size(), whole.size());
  EXPECT_EQ(loadable_part(part), part);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{10}, std::size_t{64}, std::size_t{100}, whole.size() / 20}) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(loadable_part(cut), cut) << "whatever it is, it is not made worse";
  }
}

TEST(ModuleTable, LoadsWhatIsNeededFirst) {
  const ModuleTable table(
      "kernel/fs/ext4/ext4.ko: kernel/fs/mbcache.ko kernel/fs/jbd2/jbd2.ko kernel/lib/crc16.ko\n"
      "kernel/fs/jbd2/jbd2.ko: kernel/lib/crc16.ko\nkernel/fs/mbcache.ko:\nkernel/lib/crc16.ko:\nno line\n"
      "kernel/arch/x86/crypto/crc32c-intel.ko.xz: kernel/fs/ext4/none.ko\n"
      "kernel/net/bridge.ko: kernel/net/llc.ko\nkernel/net/llc.ko:\nkernel/drivers/virtio/virtio_pci.ko.zst:\n",
      "softdep ext4 pre: crc32c-intel post: bridge\nsoftdep\nsoftdep a pre: b\n");
  EXPECT_EQ(table.closure({"ext4", "ext4", "unknown"}),
            (std::vector<std::string>{"kernel/fs/ext4/none.ko", "kernel/arch/x86/crypto/crc32c-intel.ko.xz",
                                      "kernel/lib/crc16.ko", "kernel/fs/jbd2/jbd2.ko", "kernel/fs/mbcache.ko",
                                      "kernel/fs/ext4/ext4.ko"}));
  EXPECT_EQ(module_name("kernel/arch/x86/crypto/crc32c-intel.ko.xz"), "crc32c_intel");
  EXPECT_EQ(loaded_for_disks(table, "bridge 1 2\nvirtio_pci 3 4\nmine 5 6\n"),
            (std::vector<std::string>{"virtio_pci", "sd_mod"}));
}

TEST(InitPlan, IsReadAsItWasWritten) {
  const InitPlan plan{.uuid = "u-1",
                      .type = "ext4",
                      .options = "subvol=/a b",
                      .log = "rehome/log",
                      .command = {"/rehome/rehome", "with blank", ""},
                      .modules = {"rehome/kernel/a.ko"}};
  const InitPlan read = parse_plan(plan_text(plan), lines_text(plan.command), lines_text(plan.modules));
  EXPECT_EQ(read.uuid, plan.uuid);
  EXPECT_EQ(read.options, plan.options);
  EXPECT_EQ(read.log, plan.log);
  EXPECT_EQ(read.command, plan.command);
  EXPECT_EQ(read.modules, plan.modules);
  EXPECT_THROW(parse_plan("type ext4\n", "a\n", ""), Error);
  EXPECT_THROW(parse_plan(plan_text(plan), "", ""), Error);
  EXPECT_THROW(lines_text({"a\nb"}), Error);
}

TEST(CommandLine, KeepsConsolesAndLeavesTheRoot) {
  EXPECT_EQ(command_line_for("BOOT_IMAGE=/vmlinuz root=UUID=1 ro quiet splash console=ttyS0,115200 panic=-1 "
                             "intel_iommu=on  init=/bin/sh -- single",
                             false),
            "rdinit=/init panic=30 console=ttyS0,115200 intel_iommu=on");
  EXPECT_EQ(command_line_for("rehome.poweroff a", true), "rdinit=/init panic=30 a rehome.poweroff");
}

TEST(BootEntry, ReplacesItselfAndNothingElse) {
  const std::string entry = entry_text({.uuid = "u1", .path = "/vmlinuz 'x'"}, {.uuid = "u2", .path = "/i.img"}, "a=b");
  EXPECT_NE(entry.find("linux ($rehome_kernel)'/vmlinuz '\\''x'\\''' a=b\n"), std::string::npos) << entry;
  const std::string once = with_entry("menuentry mine {}", entry);
  EXPECT_EQ(once, "menuentry mine {}\n" + entry);
  EXPECT_EQ(with_entry(once + "set x=1\n", entry), "menuentry mine {}\nset x=1\n" + entry);
}

TEST(Volume, IsKnownByItsUuid) {
  const testing::ScratchFolder scratch;
  const std::string file = scratch.path_of("F");
  const std::string uuid = "0a3407de-014b-458b-b5c1-848e92a327a3";
  for (const auto& [type, make] : {std::pair{"ext4", "mkfs.ext2 -q -U "}, std::pair{"ext4", "mkfs.ext4 -q -U "},
                                   std::pair{"xfs", "mkfs.xfs -q -m uuid="}, std::pair{"btrfs", "mkfs.btrfs -q -U "}}) {
    std::string command = "rm -f F; truncate -s 400M F && ";
    command.append(make).append(uuid).append(" F");
    ASSERT_TRUE(shell("cd " + scratch.path().string() + " && " + command)) << make;
    EXPECT_EQ(identify(file), (FileSystemIdentity{.uuid = uuid, .type = type})) << make;
  }
  scratch.write("F", "no volume");
  EXPECT_EQ(identify(file), std::nullopt);
  EXPECT_EQ(identify(scratch.path_of("none")), std::nullopt);
}

TEST(Volume, RefusesWhatTheOtherRootCannotReach) {
  try {
    volume_of("/proc");
    ADD_FAILURE() << "/proc is on no disk";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_NE(std::string(error.what()).find("live system"), std::string::npos);
  }
}

TEST(Init, IsForTheFirstProcessOnly) {
  EXPECT_THROW(run_init(), Error);
  EXPECT_FALSE(is_in_other_root());
}

}  // namespace
}  // namespace rehome::boot
