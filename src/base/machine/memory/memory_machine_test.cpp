// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/memory_machine.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome {
namespace {

using ::testing::ElementsAre;

class MemoryMachineTest : public ::testing::Test {
 protected:
  ManualClock clock;
  MemoryMachine linux_machine{MachineFlavour::linux, clock};
  MemoryMachine windows{MachineFlavour::windows, clock};
};

int errno_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.system_code();
  }
  return 0;
}

TEST_F(MemoryMachineTest, WindowsNamesCompareWithoutCaseAndKeepIt) {
  windows.files().add_drive('D');
  windows.add_file("C:/Users/Ann/Documents/Letter.TXT", "dear");
  EXPECT_THAT(windows.files().roots(), ElementsAre("C:/", "D:/"));
  EXPECT_EQ(windows.files().content_of("c:/users/ANN/documents/letter.txt"), "dear");
  EXPECT_EQ(windows.files().canonical("c:/users/ann/documents"), "C:/Users/Ann/Documents");
  EXPECT_EQ(windows.files().canonical("c:/"), "C:/");
  const auto folder = windows.files().open_for_writing("C:/Users/ann");
  EXPECT_EQ(errno_of([&] { folder->create_folder("DOCUMENTS"); }), EEXIST);
  folder->rename("Documents", *folder, "documents", false);
  EXPECT_THAT(windows.files().names_in("C:/Users/Ann"), ElementsAre("documents"));
  EXPECT_THROW(windows.files().open("/"), Error);
  EXPECT_THROW(windows.files().open("E:/"), Error);
}

TEST_F(MemoryMachineTest, AWindowsLinkLeadsAlongDrives) {
  windows.files().add_drive('D');
  windows.add_file("D:/Data/f", "x");
  windows.add_symlink("C:/Users/link", "D:\\Data");
  windows.add_symlink("C:/Users/up", "..\\..\\Users\\link");
  EXPECT_EQ(windows.files().canonical("C:/Users/up/f"), "D:/Data/f");
}

TEST_F(MemoryMachineTest, LinuxNamesCompareByBytes) {
  linux_machine.add_file("/home/f", "lower");
  linux_machine.add_file("/home/F", "upper");
  EXPECT_EQ(linux_machine.files().content_of("/home/f"), "lower");
}

TEST_F(MemoryMachineTest, AMountCoversAFolderWithAnotherDevice) {
  MemoryFileTree& files = linux_machine.files();
  const auto device = files.mount("/mnt/nas", {.volume_class = VolumeClass::network, .type = "nfs4"});
  files.mount("/home/sub", {.type = "btrfs", .is_subvolume = true});
  linux_machine.add_file("/mnt/nas/f", "x");
  EXPECT_EQ(files.open("/mnt")->inspect("nas").device, device);
  EXPECT_EQ(files.open("/mnt")->open_folder("nas")->volume(),
            (Volume{device, VolumeClass::network, "nfs4", "/mnt/nas"}));
  EXPECT_EQ(files.open("/home")->open_folder("sub")->volume().mounted_at, "");
  EXPECT_NE(files.open("/home/sub")->inspect_self().device, files.open("/home")->inspect_self().device);
  EXPECT_EQ(files.volumes().size(), 2U);
  const auto root = files.open_for_writing("/");
  EXPECT_EQ(errno_of([&] { root->link("l", *files.open("/mnt/nas"), "f"); }), EXDEV);
  EXPECT_EQ(errno_of([&] { files.open_for_writing("/mnt/nas")->rename("f", *root, "f", false); }), EXDEV);
  EXPECT_EQ(errno_of([&] { files.open_for_writing("/mnt")->remove_folder("nas"); }), EBUSY);
}

TEST_F(MemoryMachineTest, ABoundFolderIsTheSameNodeThroughAnotherMount) {
  MemoryFileTree& files = linux_machine.files();
  files.add_file("/etc/f", "x");
  files.bind("/etc", "/home/ann/d");
  files.mount("/home/ann/sub", {.type = "btrfs", .is_subvolume = true});
  const NodeInfo real = files.open("/etc")->inspect_self();
  const NodeInfo bound = files.open("/home/ann/d")->inspect_self();
  EXPECT_EQ(real.identity(), bound.identity());
  EXPECT_NE(real.mount, bound.mount);
  const auto home = files.open("/home/ann");
  EXPECT_EQ(home->inspect("d").mount, bound.mount);
  EXPECT_EQ(home->open_folder("d")->inspect("f").mount, bound.mount);
  EXPECT_EQ(home->inspect("sub").mount, home->inspect_self().mount) << "a subvolume is not mounted";
  EXPECT_EQ(home->inspect_self().mount, real.mount);
}

TEST_F(MemoryMachineTest, AVolumeCanBeFull) {
  MemoryFileTree& files = linux_machine.files();
  files.mount("/small", {.capacity_bytes = 8192, .capacity_inodes = 3});
  const auto folder = files.open_for_writing("/small");
  EXPECT_EQ(folder->space().free_bytes, 8192U);
  {
    const auto file = folder->create_file("f");
    file->write_at(0, as_bytes(std::string(8000, 'x')));
    EXPECT_EQ(folder->space().free_bytes, 0U);
    EXPECT_EQ(errno_of([&] { file->write_at(10'000, as_bytes("x")); }), ENOSPC);
  }
  EXPECT_EQ(folder->space().free_bytes, 8192U) << "a file that was never committed gives its room back";
  folder->create_folder("a");
  folder->create_folder("b");
  EXPECT_EQ(errno_of([&] { folder->create_folder("c"); }), ENOSPC);
  EXPECT_EQ(errno_of([&] { folder->create_file("c"); }), ENOSPC);
}

TEST_F(MemoryMachineTest, SomeFilesRefuseALink) {
  MemoryFileTree& files = linux_machine.files();
  files.mount("/v", {.links_per_file = 1});
  files.add_file("/v/f", "x");
  files.add_file("/home/f", "x");
  files.edit("/home/f", [](Metadata& metadata) { metadata.flags = 0x10; });
  const auto volume = files.open_for_writing("/v"), home = files.open_for_writing("/home");
  EXPECT_EQ(errno_of([&] { volume->link("g", *volume, "f"); }), EMLINK);
  EXPECT_EQ(errno_of([&] { home->link("g", *home, "f"); }), EPERM);
  EXPECT_EQ(errno_of([&] { home->remove_file("f"); }), EPERM);
}

TEST_F(MemoryMachineTest, AVolumeMayNotKeepAttributes) {
  linux_machine.files().mount("/stick", {.type = "vfat", .keeps_attributes = false});
  const auto file = linux_machine.files().open_for_writing("/stick")->create_file("f");
  Metadata metadata;
  metadata.attributes = {{"user.x", {1}}};
  EXPECT_THAT(file->set_metadata(metadata), ElementsAre("extended attribute user.x: not supported by vfat"));
}

TEST_F(MemoryMachineTest, TheClockStampsTimes) {
  linux_machine.add_file("/home/f", "x");
  const Timestamp made = clock.now();
  clock.advance(std::chrono::milliseconds(1500));
  linux_machine.files().edit("/home/f", [](Metadata&) {});
  EXPECT_EQ(linux_machine.files().inspect("/home/f").metadata.modified, made);
  linux_machine.add_file("/home/f", "y");
  const Timestamp now = linux_machine.files().inspect("/home/f").metadata.modified;
  EXPECT_EQ(now.seconds, made.seconds + 1);
  EXPECT_EQ(now.nanoseconds, 500'000'000U);
}

TEST_F(MemoryMachineTest, AccountsOwnTheirHomesAndWhatIsAddedThere) {
  const Account ann = linux_machine.add_account("ann", 1000);
  linux_machine.add_file("/home/ann/a/f", "x");
  EXPECT_EQ(linux_machine.files().inspect("/home/ann/a/f").metadata.uid, 1000U);
  EXPECT_EQ(linux_machine.files().inspect("/home/ann").metadata.mode, 0700U);
  EXPECT_EQ(ann.home, "/home/ann");
  EXPECT_EQ(windows.add_account("ann", 1001).name, "TESTPC\\ann");
  EXPECT_EQ(windows.accounts().list()[0].home, "C:/Users/ann");
}

TEST_F(MemoryMachineTest, AccountsAreMadeAsOnARealComputer) {
  MemoryAccounts& accounts = linux_machine.accounts();
  linux_machine.add_account("ann", 1000);
  Account bob;
  bob.name = "bob";
  bob.uid = bob.gid = 1001;
  EXPECT_THROW(accounts.create_account(bob), Error) << "its group is missing";
  accounts.create_group({"bob", 1001, {}});
  accounts.create_account(bob);
  EXPECT_TRUE(accounts.list()[1].locked);
  EXPECT_THROW(accounts.create_account(bob), Error);
  Account carl = bob;
  carl.name = "carl";
  EXPECT_THROW(accounts.create_account(carl), Error) << "the uid is taken";
  EXPECT_THROW(accounts.create_group({"other", 1001, {}}), Error);
  accounts.create_group({"carl", 1002, {}});
  carl.uid = carl.gid = 1002;
  carl.groups = {"ann", "none"};
  EXPECT_THROW(accounts.create_account(carl), Error) << "a group is missing";
  EXPECT_THAT(accounts.list(), ::testing::SizeIs(2));
  carl.groups = {"ann"};
  accounts.create_account(carl);
  EXPECT_THAT(accounts.list()[2].groups, ElementsAre("ann"));
  EXPECT_THAT(accounts.groups()[0].members, ElementsAre("carl"));
}

TEST_F(MemoryMachineTest, KnownFoldersHaveTheirUsualPlaces) {
  const Account ann = linux_machine.add_account("ann", 1000), win = windows.add_account("ann", 1000);
  MemoryEnvironment& environment = linux_machine.environment();
  EXPECT_EQ(environment.known_folder(KnownFolder::documents, &ann), "/home/ann/Documents");
  EXPECT_EQ(environment.known_folder(KnownFolder::home, &ann), "/home/ann");
  EXPECT_EQ(environment.known_folder(KnownFolder::documents, nullptr), std::nullopt);
  EXPECT_EQ(environment.known_folder(KnownFolder::users, nullptr), "/home");
  EXPECT_EQ(environment.known_folder(KnownFolder::windows, nullptr), std::nullopt);
  EXPECT_EQ(windows.environment().known_folder(KnownFolder::config, &win), "C:/Users/ann/AppData/Roaming");
  environment.set_known_folder(KnownFolder::documents, "ann", "/data/link");
  linux_machine.add_folder("/data/ann");
  linux_machine.add_symlink("/data/link", "ann");
  EXPECT_EQ(environment.known_folder(KnownFolder::documents, &ann), "/data/ann");
}

TEST_F(MemoryMachineTest, VariablesOfAccountAndSystem) {
  const Account ann = windows.add_account("ann", 1000);
  MemoryEnvironment& environment = windows.environment();
  EXPECT_EQ(environment.variable("CSIDL_PERSONAL", &ann), "C:\\Users\\ann\\Documents");
  EXPECT_EQ(environment.variable("UserName", &ann), "ann");
  EXPECT_EQ(environment.variable("MY", &ann), std::nullopt);
  environment.set_variable("my", "", "system");
  EXPECT_EQ(environment.variable("My", &ann), "system");
  environment.set_variable("MY", ann.name, "own");
  EXPECT_EQ(environment.variable("My", &ann), "own");
  EXPECT_EQ(environment.variable("My", nullptr), "system");
}

TEST_F(MemoryMachineTest, RegistryKeysOfMachineAndAccount) {
  const Account ann = windows.add_account("ann", 1000), bob = windows.add_account("bob", 1001);
  MemoryRegistry& registry = *windows.registry();
  registry.set_text("HKLM/Software/Vendor", "Version", "1.5");
  registry.set_number("HKCU/Software/Vendor", "On", 1, ann.name);
  EXPECT_EQ(registry.keys("hklm/SOFTWARE", nullptr), std::vector<std::string>{"Vendor"});
  EXPECT_EQ(registry.keys("HKLM/None", nullptr), std::nullopt);
  ASSERT_EQ(registry.values("HKLM/software/vendor", &ann).size(), 1U);
  EXPECT_EQ(registry.values("HKLM/software/vendor", &ann)[0].data, (Bytes{'1', 0, '.', 0, '5', 0, 0, 0}));
  EXPECT_EQ(registry.values("HKCU/Software/Vendor", &ann).size(), 1U);
  EXPECT_TRUE(registry.values("HKCU/Software/Vendor", &bob).empty());
  EXPECT_EQ(linux_machine.registry(), nullptr);
}

TEST_F(MemoryMachineTest, OpenHandlesAreCounted) {
  linux_machine.add_file("/home/f", "x");
  {
    const auto folder = linux_machine.files().open("/home");
    const auto file = folder->open_file("f");
    EXPECT_EQ(linux_machine.files().open_folders(), 1U);
    EXPECT_EQ(linux_machine.files().open_files(), 1U);
  }
  EXPECT_EQ(linux_machine.files().open_folders(), 0U);
  EXPECT_EQ(linux_machine.files().open_files(), 0U);
}

}  // namespace
}  // namespace rehome
